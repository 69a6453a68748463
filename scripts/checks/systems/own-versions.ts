// The symbol versions that a library defines.
import { kindOfVersion } from "../../audit/elf/versions.ts";

const VERSION = /(?<=\0)([A-Z]+_\d+(?:\.\d+)*)(?=\0)/g;

/** The versions among the strings of a library; kinds of `needed`, which other libraries define, do not count. */
export function ownVersions(bytes: Uint8Array, needed: string[]): string[] {
  const others = new Set(needed.map(kindOfVersion));
  const strings = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  return [...strings.matchAll(VERSION)].flatMap(([, version = ""]) => (others.has(kindOfVersion(version)) ? [] : [version]));
}
