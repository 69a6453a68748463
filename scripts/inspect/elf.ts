// An ELF file's facts: machine, libraries, and the newest version it needs of each. Bytes in, facts out, no I/O.
// Our own reader, since of the npm packages elfinfo takes two minutes for a file with a symbol table (it parses every symbol),
// the others do not know sections by type, and none reads version needs. Offsets: the System V gABI, "Object Files".
import { BoardkitError } from "../lib/errors.ts";

export type ElfFacts = {
  /** `x86_64`, `aarch64`, `arm`, or `machine <number>`. */
  arch: string;
  bits: 32 | 64;
  /** On arm only, from the header's flags. */
  floatAbi?: "hard" | "soft";
  /** DT_NEEDED, in order. */
  needed: string[];
  /** Symbol versions by library, from .gnu.version_r: `{"libc.so.6": ["GLIBC_2.4", ...]}`. A weak need counts: the loader asks for it all the same. */
  versions: Record<string, string[]>;
  /** Highest x.y of GLIBC_x.y among the versions. */
  glibc?: string;
  /** Whether the symbol table that only a debugger needs is gone. */
  stripped: boolean;
};

const MACHINES: Record<number, string> = { 0x3e: "x86_64", 0xb7: "aarch64", 0x28: "arm" };
const SECTION = { symbols: 2, dynamic: 6, versionNeeds: 0x6ffffffe };
const DT_NEEDED = 1;
const EF_ARM_ABI_FLOAT_HARD = 0x400;

type Section = { type: number; offset: number; size: number; link: number; info: number };
type Elf = { view: DataView; bits: 32 | 64; machine: number; flags: number; sections: Section[] };

/** Reads the facts of a shared object; anything that is no little-endian ELF file is an error. */
export function readElf(bytes: Uint8Array, name: string): ElfFacts {
  try {
    const elf = readHeaders(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    return factsOf(elf);
  } catch (error) {
    // A RangeError is a read beyond the end: the file is cut off.
    if (!(error instanceof RangeError)) throw error;
    throw new BoardkitError(`${name} is not a whole ELF file: ${error.message}`, {
      code: "NOT_ELF",
      exit: "usage",
      place: name,
      mend: "give a .node file that was built for Linux",
      cause: error,
    });
  }
}

/** Compares dotted versions by number: 2.4 is below 2.17. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [left, right].map((version) => version.split(".").map(Number)) as [number[], number[]];
  for (let part = 0; part < Math.max(a.length, b.length); part += 1) {
    const difference = (a[part] ?? 0) - (b[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function factsOf(elf: Elf): ElfFacts {
  const versions = readVersionNeeds(elf);
  const arch = MACHINES[elf.machine] ?? `machine ${elf.machine}`;
  const glibc = Object.values(versions)
    .flat()
    .flatMap((version) => /^GLIBC_([\d.]+)$/.exec(version)?.[1] ?? [])
    .toSorted(compareVersions)
    .at(-1);
  return {
    arch,
    bits: elf.bits,
    ...(arch === "arm" ? { floatAbi: (elf.flags & EF_ARM_ABI_FLOAT_HARD) === 0 ? ("soft" as const) : ("hard" as const) } : {}),
    needed: readNeeded(elf),
    versions,
    ...(glibc ? { glibc } : {}),
    stripped: !elf.sections.some((section) => section.type === SECTION.symbols),
  };
}

function readHeaders(view: DataView): Elf {
  if (view.getUint32(0) !== 0x7f454c46) throw new RangeError("it does not begin with \\x7fELF");
  if (view.getUint8(5) !== 1) throw new RangeError("it is big-endian");
  const bits = view.getUint8(4) === 2 ? 64 : 32;
  const wide = bits === 64;
  const at = wide
    ? { table: 40, flags: 48, entry: 58, count: 60, type: 4, offset: 24, size: 32, link: 40, info: 44 }
    : { table: 32, flags: 36, entry: 46, count: 48, type: 4, offset: 16, size: 20, link: 24, info: 28 };
  const table = readWord(view, bits, at.table);
  const sections = Array.from({ length: view.getUint16(at.count, true) }, (_, index): Section => {
    const start = table + index * view.getUint16(at.entry, true);
    return {
      type: view.getUint32(start + at.type, true),
      offset: readWord(view, bits, start + at.offset),
      size: readWord(view, bits, start + at.size),
      link: view.getUint32(start + at.link, true),
      info: view.getUint32(start + at.info, true),
    };
  });
  return { view, bits, machine: view.getUint16(18, true), flags: view.getUint32(at.flags, true), sections };
}

function readNeeded(elf: Elf): string[] {
  const dynamic = elf.sections.find((section) => section.type === SECTION.dynamic);
  if (!dynamic) return [];
  const word = elf.bits / 8;
  const needed: string[] = [];
  for (let at = dynamic.offset; at < dynamic.offset + dynamic.size; at += 2 * word) {
    if (readWord(elf.view, elf.bits, at) === DT_NEEDED) needed.push(readString(elf, dynamic, readWord(elf.view, elf.bits, at + word)));
  }
  return needed;
}

// Elf_Verneed: version, count, file name, first entry, next; Elf_Vernaux: hash, flags, other, name, next. Source: the Linux
// Standard Base, "Symbol Versioning"; the same for 32 and 64 bits.
function readVersionNeeds(elf: Elf): Record<string, string[]> {
  const section = elf.sections.find((candidate) => candidate.type === SECTION.versionNeeds);
  if (!section) return {};
  const { view } = elf;
  const needs: Record<string, string[]> = {};
  let at = section.offset;
  for (let left = section.info; left > 0; left -= 1) {
    const names: string[] = [];
    let entry = at + view.getUint32(at + 8, true);
    for (let count = view.getUint16(at + 2, true); count > 0; count -= 1) {
      names.push(readString(elf, section, view.getUint32(entry + 8, true)));
      entry += view.getUint32(entry + 12, true);
    }
    needs[readString(elf, section, view.getUint32(at + 4, true))] = names.toSorted();
    at += view.getUint32(at + 12, true);
  }
  return needs;
}

/** A string of the table that a section links to. */
function readString(elf: Elf, section: Section, offset: number): string {
  const start = (elf.sections[section.link]?.offset ?? Infinity) + offset;
  let end = start;
  while (elf.view.getUint8(end) !== 0) end += 1;
  return new TextDecoder().decode(new Uint8Array(elf.view.buffer, elf.view.byteOffset + start, end - start));
}

function readWord(view: DataView, bits: 32 | 64, at: number): number {
  return bits === 64 ? Number(view.getBigUint64(at, true)) : view.getUint32(at, true);
}
