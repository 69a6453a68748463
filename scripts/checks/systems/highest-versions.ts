// The symbol versions that a library defines, as the highest of each kind.
import { compareVersions } from "../../audit/elf/versions.ts";

const VERSION = /(?<=\0)([A-Z]+_\d+(?:\.\d+)*)(?=\0)/g;

/** The versions among the strings of a library; kinds of `needed`, which other libraries define, do not count. */
export function ownVersions(bytes: Uint8Array, needed: string[]): string[] {
  const others = new Set(needed.map(kindOf));
  const strings = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  return [...strings.matchAll(VERSION)].flatMap(([, version = ""]) => (others.has(kindOf(version)) ? [] : [version]));
}

/** The highest version of each kind, by number: `GLIBCXX_3.4.30` is above `GLIBCXX_3.4.9`. */
export function highestVersions(versions: string[]): string[] {
  const numberOf = (version: string) => version.slice(kindOf(version).length + 1);
  const kinds = Map.groupBy(versions, kindOf);
  return [...kinds.values()].flatMap((all) => all.toSorted((a, b) => compareVersions(numberOf(a), numberOf(b))).slice(-1)).toSorted();
}

function kindOf(version: string): string {
  return version.slice(0, version.lastIndexOf("_"));
}
