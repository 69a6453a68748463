// The code of an AArch64 file as words: its executable sections; without sections, the functions of its unwind table.
import { findLandmarks, type Landmarks } from "./landmarks.ts";
import { offsetOf, PF_EXECUTE, PT, SHT, type ElfFile } from "../../elf/file.ts";

/** A piece of code; zeros, which end a function, fill the gaps between its runs. */
export type Code = {
  base: number;
  words: Int32Array;
  /** Indexes between which the words are certainly code. */
  from: number;
  to: number;
  /** Found when they are first read. */
  landmarks: Landmarks;
};

export type CodePieces = { pieces: Code[]; codeBytes: number; unclassifiedBytes: number };

/** The address and the place of the table, and the number of its entries. */
type UnwindTable = { address: number; at: number; count: number };

type Run = { address: number; offset: number; size: number };

const SHF_EXECUTE = 4;
/** DW_EH_PE_sdata4 relative to the table, the only form that linkers write. */
const TABLE_FORM = 0x3b;
const COUNT_FORM = 0x03;
/** Runs with a smaller gap than this become one piece. */
const MOST_GAP = 16 * 1024 * 1024;
/** More than any file has; a larger piece means a broken file. */
const MOST_CODE = 1024 * 1024 * 1024;

/** Reads the code; literal pools count as code, since compilers keep them out of .text on AArch64. */
export function readCode(elf: ElfFile): CodePieces {
  const sections = elf.sections.filter((section) => (section.flags & SHF_EXECUTE) !== 0 && section.type !== SHT.noBits && section.size > 0);
  if (sections.length > 0) return piecesOf(elf, sections);
  const segments = elf.segments.filter((part) => part.type === PT.load && (part.flags & PF_EXECUTE) !== 0);
  // Such a segment may also contain headers and constants: only the range from the first function to the end of the last is certainly code.
  return piecesOf(
    elf,
    segments.map(({ address, offset, fileSize }) => ({ address, offset, size: fileSize })),
    codeExtent(elf),
  );
}

/** Calls back with address and size of each function of the unwind table, ascending like the table. */
export function eachUnwound(elf: ElfFile, visit: (address: number, size: number) => void): void {
  const table = unwindTable(elf);
  if (!table) return;
  for (let index = 0; index < table.count; index += 1) visit(startIn(elf, table, index), sizeIn(elf, table, index));
}

// .eh_frame_hdr: version, three forms, pointer to .eh_frame, count, then start and FDE of each function, relative to the header. Source:
// the Linux Standard Base, "Exception Frames".
function unwindTable(elf: ElfFile): UnwindTable | undefined {
  const header = elf.segments.find((part) => part.type === PT.gnuEhFrame);
  if (!header || header.fileSize < 12) return undefined;
  const { view } = elf;
  if (view.getUint8(header.offset + 2) !== COUNT_FORM || view.getUint8(header.offset + 3) !== TABLE_FORM) return undefined;
  const count = Math.min(view.getUint32(header.offset + 8, true), Math.floor((header.fileSize - 12) / 8));
  return { address: header.address, at: header.offset + 12, count };
}

function startIn(elf: ElfFile, table: UnwindTable, index: number): number {
  return table.address + elf.view.getInt32(table.at + index * 8, true);
}

// An FDE: length, offset to its CIE, start, size; the size has the form of the start without its base, four bytes on AArch64.
function sizeIn(elf: ElfFile, table: UnwindTable, index: number): number {
  const entry = offsetOf(elf, table.address + elf.view.getInt32(table.at + index * 8 + 4, true));
  return entry === undefined || entry + 16 > elf.bytes.length ? 0 : elf.view.getUint32(entry + 12, true);
}

/** From the first known function to the end of the last. */
function codeExtent(elf: ElfFile): { from: number; to: number } | undefined {
  const table = unwindTable(elf);
  if (!table || table.count === 0) return undefined;
  return { from: startIn(elf, table, 0), to: startIn(elf, table, table.count - 1) + sizeIn(elf, table, table.count - 1) };
}

function piecesOf(elf: ElfFile, runs: Run[], extent = { from: 0, to: Infinity }): CodePieces {
  const groups: Run[][] = [];
  // A truncated file has only part of its code.
  const cut = runs.map((run) => ({ ...run, size: Math.max(0, Math.min(run.size, elf.bytes.length - run.offset)) }));
  for (const run of cut.toSorted((left, right) => left.address - right.address)) {
    const before = groups.at(-1)?.at(-1);
    if (before && run.address - before.address - before.size < MOST_GAP) groups.at(-1)?.push(run);
    else groups.push([run]);
  }
  const within = ({ address, size }: Run) => Math.max(0, Math.min(address + size, extent.to) - Math.max(address, extent.from));
  const [all, codeBytes] = [cut.reduce((sum, run) => sum + run.size, 0), cut.reduce((sum, run) => sum + within(run), 0)];
  return { pieces: groups.map((group) => joinRuns(elf, group, extent)), codeBytes, unclassifiedBytes: all - codeBytes };
}

/** The words without a copy, if the file has all runs as they are in memory, with zeros in the gaps between them. */
function wordsInPlace(bytes: Uint8Array, runs: Run[], base: number, end: number): Int32Array | undefined {
  const shift = (runs[0]?.offset ?? 0) - (runs[0]?.address ?? 0);
  const [at, size] = [bytes.byteOffset + base + shift, end - base];
  if (at % 4 !== 0 || size % 4 !== 0 || base + shift < 0 || base + shift + size > bytes.length) return undefined;
  let reached = base;
  for (const { address, offset, size: own } of runs) {
    if (offset - address !== shift || !bytes.subarray(reached + shift, address + shift).every((byte) => byte === 0)) return undefined;
    reached = Math.max(reached, address + own);
  }
  return new Int32Array(bytes.buffer, at, size / 4);
}

function copyWords(bytes: Uint8Array, runs: Run[], base: number, end: number): Int32Array {
  const words = new Int32Array(Math.ceil((end - base) / 4));
  const copy = new Uint8Array(words.buffer);
  for (const run of runs) copy.set(bytes.subarray(run.offset, run.offset + run.size), run.address - base);
  return words;
}

function joinRuns(elf: ElfFile, runs: Run[], extent: { from: number; to: number }): Code {
  const base = Math.floor((runs[0]?.address ?? 0) / 4) * 4;
  const end = Math.max(...runs.map((run) => run.address + run.size));
  if (end - base > MOST_CODE) throw new RangeError(`${end - base} bytes of code`);
  const words = wordsInPlace(elf.bytes, runs, base, end) ?? copyWords(elf.bytes, runs, base, end);
  const index = (address: number) => Math.max(0, Math.min(words.length, Math.floor((address - base) / 4)));
  let landmarks: Landmarks | undefined;
  return {
    base,
    words,
    from: index(extent.from),
    to: index(extent.to),
    get landmarks() {
      landmarks ??= findLandmarks(words);
      return landmarks;
    },
  };
}
