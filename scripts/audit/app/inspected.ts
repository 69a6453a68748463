// A native file of an app with everything that the verdict needs of it. It does not depend on the place, so that it is kept in the cache.
import { readFile } from "node:fs/promises";
import { inspectElf } from "../elf/facts.ts";
import { inspectFile } from "../inspect.ts";
import { findPacked } from "../packed.ts";
import type { Subject } from "../subject.ts";

export type Inspected = {
  /** The file, then the files that are packed in it. Their paths are not the ones on the disk: the same bytes may be anywhere. */
  subjects: Subject[];
  /** Why the file is not ELF, if it is not, as a sentence about it. */
  notElf?: string;
};

/** Inspects the bytes of a file. */
export async function inspectBytes(path: string, bytes: Uint8Array): Promise<Inspected> {
  const file = await inspectFile({ path, bytes });
  if (!("facts" in file)) return { subjects: [], notElf: file.reason };
  const subjects = [withNearSymbols(file)];
  for (const packed of findPacked(bytes)) {
    const inside = packed.bytes && (await inspectFile({ path: `${path}!/packed at 0x${packed.offset.toString(16)}`, bytes: packed.bytes }));
    if (inside && "facts" in inside) subjects.push(withNearSymbols(inside));
  }
  return { subjects };
}

/** The names that a library defines, for the symbols of another file. */
export async function definedNames(path: string): Promise<Set<string>> {
  const { dynamic } = inspectElf(await readFile(path), path);
  return new Set(dynamic.symbols.filter(({ defined }) => defined).map(({ name }) => name));
}

/** Keeps only the symbols that the findings name: a library may have 100,000. */
function withNearSymbols(subject: Subject): Subject {
  const addresses = Object.values(subject.code?.features ?? {}).flatMap(({ places }) => places.map(({ address }) => address));
  const functions = subject.symbols.filter(({ defined, type }) => defined && type === 2).toSorted((a, b) => a.address - b.address);
  const near = addresses.flatMap((address) => functions.findLast((symbol) => symbol.address <= address) ?? []);
  return { ...subject, symbols: [...new Set(near)] };
}
