// The ranges of code in a file and the starts of functions, before any code is decoded.
import { offsetOf, PF_EXECUTE, PT, readWord, type ElfFile } from "../../elf/file.ts";

/** Executable bytes. */
export type Region = { address: number; offset: number; size: number };
/** A function of the unwind table. */
export type Extent = { start: number; end: number };

const SHF_EXECUTE = 4;
const SHT_PROGBITS = 1;
/** DW_EH_PE_udata4, and DW_EH_PE_datarel | DW_EH_PE_sdata4: the encodings of every linker. */
const COUNT_ENCODING = 0x03;
const TABLE_ENCODING = 0x3b;

/** The executable sections; the executable segments of a file without a section table. In the order of addresses. */
export function codeRegions(elf: ElfFile): Region[] {
  const sections = elf.sections.filter((part) => (part.flags & SHF_EXECUTE) !== 0 && part.type === SHT_PROGBITS);
  const regions = sections.length
    ? sections.map(({ address, offset, size }) => ({ address, offset, size }))
    : elf.segments
        .filter((part) => part.type === PT.load && (part.flags & PF_EXECUTE) !== 0)
        .map(({ address, offset, fileSize }) => ({ address, offset, size: fileSize }));
  return regions.filter((part) => part.size > 0 && part.offset < elf.bytes.length).toSorted((left, right) => left.address - right.address);
}

/** The functions of .eh_frame_hdr with their ends, in the order of addresses. Source: the Linux Standard Base, "Exception Frames". */
export function unwindExtents(elf: ElfFile): Extent[] {
  const header = elf.segments.find((part) => part.type === PT.gnuEhFrame);
  if (!header) return [];
  const { view } = elf;
  if (view.getUint8(header.offset + 2) !== COUNT_ENCODING || view.getUint8(header.offset + 3) !== TABLE_ENCODING) return [];
  const count = Math.min(view.getUint32(header.offset + 8, true), Math.floor((header.fileSize - 12) / 8));
  const entries = Array.from({ length: Math.max(count, 0) }, (_, index) => {
    const at = header.offset + 12 + index * 8;
    const start = header.address + view.getInt32(at, true);
    return { start, size: sizeOf(elf, header.address + view.getInt32(at + 4, true), start) };
  }).toSorted((left, right) => left.start - right.start);
  return entries.map(({ start, size }, index) => {
    const next = entries[index + 1]?.start ?? Infinity;
    return { start, end: Math.min(start + (size ?? Infinity), next) };
  });
}

/** The entry point of a program; 0 for a library. */
export function entryPoint(elf: ElfFile): number {
  return readWord(elf, 24);
}

// A description: length, offset of its CIE, start relative to its own place, size. The start is compared, so that a file with another
// encoding of addresses has no size instead of a wrong one.
function sizeOf(elf: ElfFile, address: number, start: number): number | undefined {
  const at = offsetOf(elf, address);
  if (at === undefined || at + 16 > elf.bytes.length) return undefined;
  if (address + 8 + elf.view.getInt32(at + 8, true) !== start) return undefined;
  const size = elf.view.getUint32(at + 12, true);
  return size === 0 ? undefined : size;
}
