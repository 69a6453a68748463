// An ELF file's facts: machine, libraries, and the newest version it needs of each. Bytes in, facts out, no I/O.
import { open, type ELF, type ELFSection } from "elfinfo";
import { BoardkitError } from "../lib/errors.ts";

export type ElfFacts = {
  /** `x86_64`, `aarch64`, `arm`, or `machine <number>`. */
  arch: string;
  bits: 32 | 64;
  /** `hard` or `soft`, on arm only. */
  floatAbi?: "hard" | "soft";
  /** DT_NEEDED, in order. */
  needed: string[];
  /** Symbol versions by library, from .gnu.version_r: `{"libc.so.6": ["GLIBC_2.4", ...]}`. A weak need counts: the loader asks for it all the same. */
  versions: Record<string, string[]>;
  /** Highest GLIBC_x.y among the versions. */
  glibc?: string;
  /** Whether the symbol table that only a debugger needs is gone. */
  stripped: boolean;
};

const MACHINES: Record<number, string> = { 0x3e: "x86_64", 0xb7: "aarch64", 0x28: "arm" };
const SHT = { SYMTAB: 2, DYNAMIC: 6, VERNEED: 0x6ffffffe };
const DT_NEEDED = 1;
const EF_ARM_ABI_FLOAT_HARD = 0x400;

/** Reads the facts of a shared object; anything that is no ELF file is an error. */
export async function readElf(bytes: Uint8Array, name: string): Promise<ElfFacts> {
  const result = await open(bytes);
  if (!result.success || !result.elf) {
    throw new BoardkitError(`${name} is not an ELF file: ${result.errors.join("; ")}`, { code: "NOT_ELF", exit: "usage", place: name, mend: "give a .node file that was built for Linux" });
  }
  const { elf } = result;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const versions = readVersionNeeds(elf, view);
  const arch = MACHINES[elf.isa] ?? `machine ${elf.isa}`;
  const glibc = highest(Object.values(versions).flat().flatMap((version) => /^GLIBC_([\d.]+)$/.exec(version)?.[1] ?? []));
  return {
    arch,
    bits: elf.bits === 64 ? 64 : 32,
    ...(arch === "arm" ? { floatAbi: (Number(elf.flags) & EF_ARM_ABI_FLOAT_HARD) !== 0 ? ("hard" as const) : ("soft" as const) } : {}),
    needed: readNeeded(elf, view),
    versions,
    ...(glibc ? { glibc } : {}),
    stripped: !elf.sections.some((section) => Number(section.type) === SHT.SYMTAB),
  };
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

function highest(versions: string[]): string | undefined {
  return versions.toSorted(compareVersions).at(-1);
}

function readNeeded(elf: ELF, view: DataView): string[] {
  const dynamic = sectionOf(elf, SHT.DYNAMIC);
  if (!dynamic) return [];
  const strings = linkedStrings(elf, dynamic, view);
  const word = elf.bits === 64 ? 8 : 4;
  const read = (at: number) => (word === 8 ? Number(view.getBigUint64(at, true)) : view.getUint32(at, true));
  const needed: string[] = [];
  const start = Number(dynamic.offset);
  for (let at = start; at + 2 * word <= start + Number(dynamic.size); at += 2 * word) {
    if (read(at) === DT_NEEDED) needed.push(strings(read(at + word)));
  }
  return needed;
}

// Elf_Verneed: version, count, file name, first entry, next; Elf_Vernaux: hash, flags, other, name, next. Source: the gABI's
// GNU extensions (LSB core, "Symbol Versioning"); the same for 32 and 64 bits.
function readVersionNeeds(elf: ELF, view: DataView): Record<string, string[]> {
  const section = sectionOf(elf, SHT.VERNEED);
  if (!section) return {};
  const strings = linkedStrings(elf, section, view);
  const needs: Record<string, string[]> = {};
  let at = Number(section.offset);
  for (let left = Number(section.info); left > 0; left -= 1) {
    const names: string[] = [];
    let entry = at + view.getUint32(at + 8, true);
    for (let count = view.getUint16(at + 2, true); count > 0; count -= 1) {
      names.push(strings(view.getUint32(entry + 8, true)));
      entry += view.getUint32(entry + 12, true);
    }
    needs[strings(view.getUint32(at + 4, true))] = names.toSorted();
    at += view.getUint32(at + 12, true);
  }
  return needs;
}

function sectionOf(elf: ELF, type: number): ELFSection | undefined {
  return elf.sections.find((section) => Number(section.type) === type);
}

function linkedStrings(elf: ELF, section: ELFSection, view: DataView): (offset: number) => string {
  const table = elf.sections[Number(section.link)];
  if (!table) throw new BoardkitError("a section without its strings", { code: "NOT_ELF" });
  const start = Number(table.offset);
  return (offset) => {
    let end = start + offset;
    while (view.getUint8(end) !== 0) end += 1;
    return new TextDecoder().decode(new Uint8Array(view.buffer, view.byteOffset + start + offset, end - start - offset));
  };
}
