// The executable bytes of a 32-bit ARM file as one row of halfwords, with the kind of each halfword.
import { offsetOf, PF_EXECUTE, PT, type ElfFile } from "../../elf/file.ts";

export const KIND = { unknown: 0, arm: 1, thumb: 2, data: 3, outside: 4 } as const;

export type ArmImage = {
  /** Address of the first halfword, a multiple of 4. */
  base: number;
  /** Size in bytes. */
  size: number;
  halves: Uint16Array;
  /** One of KIND for each halfword. */
  kinds: Uint8Array;
  /** Executable bytes that are not in the image: too far from the others, or perhaps read-only data. */
  leftOut: number;
};

type Part = { address: number; offset: number; size: number };

const SHF_EXECINSTR = 4;
const SHT_NOBITS = 8;

/** Copies the executable sections to their addresses in one image; the segments if there are no sections. */
export function loadImage(elf: ElfFile): ArmImage {
  const all = executableParts(elf);
  const parts = withoutReadOnlyData(elf, all).toSorted((left, right) => left.address - right.address);
  // A file may claim parts 4 GB apart, but no linker places code farther apart than the size of the file.
  const first = parts[0]?.address ?? 0;
  const near = parts.filter((part) => part.address + part.size - first <= elf.bytes.length * 2);
  const base = first & ~3;
  const size = (near.reduce((end, part) => Math.max(end, part.address + part.size), base) - base + 3) & ~3;
  const bytes = new Uint8Array(size);
  const kinds = new Uint8Array(size >> 1).fill(KIND.outside);
  for (const part of near) {
    bytes.set(elf.bytes.subarray(part.offset, part.offset + part.size), part.address - base);
    kinds.fill(KIND.unknown, (part.address - base + 1) >> 1, (part.address - base + part.size) >> 1);
  }
  const sum = (list: Part[]) => list.reduce((total, part) => total + part.size, 0);
  return { base: base >>> 0, size, halves: new Uint16Array(bytes.buffer), kinds, leftOut: sum(all) - sum(near) };
}

/** Whether an address is among the executable ones. */
export function inImage(image: ArmImage, address: number): boolean {
  const offset = address - image.base;
  return offset >= 0 && offset + 2 <= image.size && image.kinds[offset >> 1] !== KIND.outside;
}

/** The word at an offset from the base. */
export function wordAt(image: ArmImage, offset: number): number {
  return (((image.halves[(offset >> 1) + 1] ?? 0) << 16) | (image.halves[offset >> 1] ?? 0)) >>> 0;
}

/** The low bits of a value as a signed number. */
export function signed(value: number, bits: number): number {
  return (value << (32 - bits)) >> (32 - bits);
}

/** Starts of functions by the unwind table; the last address is the end of the code. */
export function unwindAddresses(file: ElfFile): number[] {
  const table = file.segments.find((segment) => segment.type === PT.armExidx);
  if (!table || table.offset + table.fileSize > file.bytes.length) return [];
  return Array.from({ length: table.fileSize >> 3 }, (_, index) => {
    // A 31-bit offset from the entry itself.
    const word = file.view.getUint32(table.offset + index * 8, true);
    return (table.address + index * 8 + ((word << 1) >> 1)) >>> 0;
  });
}

function executableParts(elf: ElfFile): Part[] {
  const sections = elf.sections.filter((section) => (section.flags & SHF_EXECINSTR) !== 0 && section.type !== SHT_NOBITS);
  const segments = elf.segments.filter((segment) => segment.type === PT.load && (segment.flags & PF_EXECUTE) !== 0);
  const parts =
    elf.sections.length > 0
      ? sections.map(({ address, offset, size }) => ({ address, offset, size }))
      : segments.map(({ address, offset, fileSize }) => ({ address, offset, size: fileSize }));
  // A part beyond the end of the file is cut; a part that is not loaded from the file is left out.
  return parts
    .map((part) => ({ ...part, size: Math.min(part.size, Math.max(0, elf.bytes.length - part.offset)) }))
    .filter((part) => part.size > 0 && part.address % 2 === 0 && offsetOf(elf, part.address) !== undefined);
}

// The code in the segments. Some linkers put read-only data into the same segment, and only section headers distinguish them. Without
// headers the code is the range from the first function of the unwind table to the end of the last.
function withoutReadOnlyData(elf: ElfFile, parts: Part[]): Part[] {
  const functions = unwindAddresses(elf);
  if (elf.sections.length > 0 || functions.length < 2) return parts;
  const [first, last] = [functions.reduce((a, b) => Math.min(a, b)) & ~1, functions.reduce((a, b) => Math.max(a, b)) & ~1];
  return parts.flatMap((part) => {
    const start = Math.max(part.address, first);
    const size = Math.min(part.address + part.size, last) - start;
    return size > 0 ? [{ address: start, offset: part.offset + start - part.address, size }] : [];
  });
}
