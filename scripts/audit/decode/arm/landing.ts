// The landing pads of a 32-bit ARM file: places at which only the unwinder jumps into a function, to run its destructors. They are 8 % of
// the code of a Rust addon. Formats: Arm's "Exception Handling ABI" (IHI 0038) for the two tables, the Itanium C++ ABI's
// "Exception Handling" for the language-specific data that follows with GCC and LLVM.
import { offsetOf, PT, type ElfFile } from "../../elf/file.ts";
import { inImage, type ArmImage } from "./image.ts";

type Reader = { file: ElfFile; at: number };

const OMITTED = 0xff;
const ULEB128 = 0x01;
const UDATA4 = 0x03;
const CANNOT_UNWIND = 1;

/** Calls back with each landing pad: the offset of its function, then its own. */
export function eachLandingPad(file: ElfFile, image: ArmImage, found: (start: number, pad: number) => void): void {
  const table = file.segments.find((segment) => segment.type === PT.armExidx);
  if (!table || table.offset + table.fileSize > file.bytes.length) return;
  for (let entry = 0; entry + 8 <= table.fileSize; entry += 8) {
    const [place, at] = [table.address + entry, table.offset + entry];
    const second = file.view.getUint32(at + 4, true);
    if (second === CANNOT_UNWIND || second >>> 31 === 1) continue;
    const start = prel31(file.view.getUint32(at, true), place);
    const handlers = offsetOf(file, prel31(second, place + 4));
    if (handlers === undefined || !inImage(image, start & ~1)) continue;
    try {
      readHandlers({ file, at: handlers }, (distance) => found((start & ~1) - image.base, (start & ~1) - image.base + distance));
    } catch (error) {
      // Data of another language, or not such data: its landing pads stay unclassified.
      if (!(error instanceof RangeError)) throw error;
    }
  }
}

// A function's entry in .ARM.extab: personality routine; the number of words of unwind instructions in the top byte; these; the data.
function readHandlers(reader: Reader, found: (distance: number) => void): void {
  const { file } = reader;
  // The top bit means one of Arm's own personality routines. Their data has no landing pads of this form.
  if (file.view.getUint32(reader.at, true) >>> 31 === 1) return;
  reader.at += 8 + file.view.getUint8(reader.at + 7) * 4;
  // Landing pads relative to another place than the function's start: neither GCC nor LLVM writes them.
  if (readByte(reader) !== OMITTED) return;
  if (readByte(reader) !== OMITTED) readUleb(reader);
  const encoding = readByte(reader);
  if (encoding !== ULEB128 && encoding !== UDATA4) return;
  const read = encoding === ULEB128 ? readUleb : readUdata4;
  const size = readUleb(reader);
  for (const end = reader.at + size; reader.at < end;) {
    read(reader);
    read(reader);
    const distance = read(reader);
    readUleb(reader);
    if (distance !== 0 && reader.at <= end) found(distance);
  }
}

function prel31(word: number, place: number): number {
  return (place + ((word << 1) >> 1)) >>> 0;
}

function readByte(reader: Reader): number {
  reader.at += 1;
  return reader.file.view.getUint8(reader.at - 1);
}

function readUdata4(reader: Reader): number {
  reader.at += 4;
  return reader.file.view.getUint32(reader.at - 4, true);
}

function readUleb(reader: Reader): number {
  let value = 0;
  for (let shift = 0; shift < 35; shift += 7) {
    const byte = readByte(reader);
    value += (byte & 127) * 2 ** shift;
    if (byte < 128) return value;
  }
  throw new RangeError("a number of more than 35 bits");
}
