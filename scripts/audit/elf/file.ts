// The frame of an ELF file: header, segments, sections. Bytes in, facts out, no I/O. No npm package fits: elfinfo takes two minutes for a
// file with a symbol table, since it parses every symbol; the others do not report the types of sections; none reads version needs.
// Offsets: the System V gABI, "Object Files".
import { BoardkitError } from "../../lib/errors.ts";

type Segment = { type: number; flags: number; offset: number; address: number; fileSize: number; memorySize: number; align: number };
type Section = {
  name: string;
  type: number;
  flags: number;
  address: number;
  offset: number;
  size: number;
  link: number;
  info: number;
};

export type ElfFile = {
  bytes: Uint8Array;
  view: DataView;
  bits: 32 | 64;
  /** ET_EXEC is 2, ET_DYN 3. */
  type: number;
  machine: number;
  flags: number;
  segments: Segment[];
  /** Empty without sections, and if their table cannot be read: a loader does not need them. */
  sections: Section[];
};

export const PT = {
  load: 1,
  dynamic: 2,
  interpreter: 3,
  note: 4,
  gnuEhFrame: 0x6474e550,
  gnuStack: 0x6474e551,
  gnuRelro: 0x6474e552,
  armExidx: 0x70000001,
};
/** Flags of an executable and of a writable segment. */
export const PF_EXECUTE = 1;
export const PF_WRITE = 2;
export const SHT = { symbols: 2, dynamic: 6, noBits: 8, dynamicSymbols: 11, versionNeeds: 0x6ffffffe, armAttributes: 0x70000003 };
const EM_ARM = 0x28;
const EF_ARM_ABI_FLOAT_HARD = 0x400;
const MACHINES: Record<number, string> = { 0x3e: "x86_64", 0xb7: "aarch64", [EM_ARM]: "arm", 0x03: "x86", 0xf3: "riscv64", 0x08: "mips" };

/** Name of the machine; `machine <number>` for one without a name here. */
export function archOf(elf: ElfFile): string {
  return MACHINES[elf.machine] ?? `machine ${elf.machine}`;
}

/** How a 32-bit ARM file passes floats, as fields of its facts; none for another machine. */
export function floatAbiOf(elf: Pick<ElfFile, "machine" | "flags">): { floatAbi?: "soft" | "hard" } {
  if (elf.machine !== EM_ARM) return {};
  return { floatAbi: (elf.flags & EF_ARM_ABI_FLOAT_HARD) === 0 ? "soft" : "hard" };
}

/** Reads the frame; anything but a complete little-endian ELF file is an error. */
export function parseElf(bytes: Uint8Array, name: string): ElfFile {
  return completeOrError(name, () => readFrame(bytes));
}

/** Runs a reader of an ELF file; its RangeError for a read beyond the end becomes an error that names the file. */
export function completeOrError<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new BoardkitError(`${name} is not a complete ELF file: ${error.message}`, {
      code: "NOT_ELF",
      exit: "usage",
      place: name,
      fix: "pass a .node file that was built for Linux",
      cause: error,
    });
  }
}

/** An address-sized number at an offset. */
export function readWord(elf: Pick<ElfFile, "view" | "bits">, at: number): number {
  return elf.bits === 64 ? Number(elf.view.getBigUint64(at, true)) : elf.view.getUint32(at, true);
}

/** The string at an offset, up to the next NUL. */
export function readText(elf: Pick<ElfFile, "bytes">, at: number): string {
  const end = elf.bytes.indexOf(0, at);
  if (!(at >= 0) || at > elf.bytes.length || end < 0) throw new RangeError(`the string at ${at} does not end in the file`);
  return Buffer.from(elf.bytes.buffer, elf.bytes.byteOffset + at, end - at).toString("utf8");
}

/** The offset in the file that an address is loaded from; undefined if it is not loaded from the file. */
export function offsetOf(elf: ElfFile, address: number): number | undefined {
  const segment = elf.segments.find((part) => part.type === PT.load && address >= part.address && address < part.address + part.fileSize);
  return segment && address - segment.address + segment.offset;
}

/** Returns a test for addresses that are still writable after the loader is done. */
export function variableTest(elf: ElfFile): (address: number) => boolean {
  const holds = (part: Segment, address: number) => address >= part.address && address < part.address + part.memorySize;
  const writable = elf.segments.filter((part) => part.type === PT.load && (part.flags & PF_WRITE) !== 0);
  const sealed = elf.segments.filter((part) => part.type === PT.gnuRelro);
  return (address) => writable.some((part) => holds(part, address)) && !sealed.some((part) => holds(part, address));
}

function readFrame(bytes: Uint8Array): ElfFile {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0) !== 0x7f454c46) throw new RangeError("it does not begin with \\x7fELF");
  if (view.getUint8(5) !== 1) throw new RangeError("it is big-endian");
  const bits = view.getUint8(4) === 2 ? 64 : 32;
  const at = bits === 64 ? { segments: 32, sections: 40, flags: 48 } : { segments: 28, sections: 32, flags: 36 };
  const frame = {
    bytes,
    view,
    bits,
    type: view.getUint16(16, true),
    machine: view.getUint16(18, true),
    flags: view.getUint32(at.flags, true),
  } satisfies Partial<ElfFile> as ElfFile;
  const counts = Array.from({ length: 6 }, (_, index) => view.getUint16(at.flags + 4 + index * 2, true));
  const [, segmentSize = 0, segmentCount = 0, sectionSize = 0, sectionCount = 0, names = 0] = counts;
  frame.segments = readTable(readWord(frame, at.segments), segmentCount, segmentSize, (start) => readSegment(frame, start));
  frame.sections = readSections(frame, readWord(frame, at.sections), sectionCount, sectionSize, names);
  return frame;
}

function readTable<T>(table: number, count: number, size: number, read: (start: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => read(table + index * size));
}

function readSegment(elf: ElfFile, at: number): Segment {
  const [type, word] = [elf.view.getUint32(at, true), (offset: number) => readWord(elf, at + offset)];
  return elf.bits === 64
    ? {
        type,
        flags: elf.view.getUint32(at + 4, true),
        offset: word(8),
        address: word(16),
        fileSize: word(32),
        memorySize: word(40),
        align: word(48),
      }
    : {
        type,
        flags: elf.view.getUint32(at + 24, true),
        offset: word(4),
        address: word(8),
        fileSize: word(16),
        memorySize: word(20),
        align: word(28),
      };
}

function readSections(elf: ElfFile, table: number, count: number, size: number, names: number): Section[] {
  if (table === 0 || table + count * size > elf.bytes.length) return [];
  const wide = elf.bits === 64;
  const raw = readTable(table, count, size, (at) => ({
    nameAt: elf.view.getUint32(at, true),
    type: elf.view.getUint32(at + 4, true),
    flags: readWord(elf, at + 8),
    address: readWord(elf, at + (wide ? 16 : 12)),
    offset: readWord(elf, at + (wide ? 24 : 16)),
    size: readWord(elf, at + (wide ? 32 : 20)),
    link: elf.view.getUint32(at + (wide ? 40 : 24), true),
    info: elf.view.getUint32(at + (wide ? 44 : 28), true),
  }));
  const start = raw[names]?.offset;
  const nameOf = (at: number) => (start === undefined || elf.bytes.indexOf(0, start + at) < 0 ? "" : readText(elf, start + at));
  return raw.map(({ nameAt, ...section }) => ({ name: nameOf(nameAt), ...section }));
}
