// Takes out of an ELF file what no loader reads: debug information, the symbol tables of linkers, and the table of sections. They are behind
// the segments; where patchelf has added a segment, between them. No program to do it comes with the toolchains, and it must know each target.
import { parseElf, PT, readWord, type ElfFile } from "./file.ts";

type Move = { from: number; to: number; size: number };

/** The file without what no loader reads; the file itself if a segment is where no loader would find it. */
export function trimElf(bytes: Uint8Array, name: string): Uint8Array {
  const elf = parseElf(bytes, name);
  const moves = planMoves(elf);
  const { headers, entry, sections, counts } = elf.bits === 64 ? AT_64 : AT_32;
  const table = readWord(elf, headers);
  // The file's own header is at 0.
  const tables = [table, 0, ...elf.segments.flatMap(({ offset, fileSize }) => (fileSize > 0 ? [offset] : []))];
  const places = tables.map((offset) => placeOf(offset, moves));
  if (moves.length === 0 || places.includes(undefined)) return bytes;
  const trimmed = new Uint8Array(Math.max(...moves.map(({ to, size }) => to + size)));
  for (const { from, to, size } of moves) trimmed.set(bytes.subarray(from, from + size), to);
  const view = new DataView(trimmed.buffer);
  const write = (at: number, value: number) =>
    elf.bits === 64 ? view.setBigUint64(at, BigInt(value), true) : view.setUint32(at, value, true);
  const [moved = 0] = places;
  const size = elf.view.getUint16(counts - 6, true);
  write(headers, moved);
  for (const [index, { offset, fileSize }] of elf.segments.entries())
    if (fileSize > 0) write(moved + index * size + entry, placeOf(offset, moves)!);
  // No sections: offset of their table, number of its entries, and the entry with their names.
  write(sections, 0);
  trimmed.fill(0, counts, counts + 4);
  return trimmed;
}

/** Where the numbers are: offset of the program headers, of a segment's offset in its header, of the section table, and its count. */
const AT_64 = { headers: 32, entry: 8, sections: 40, counts: 60 };
const AT_32 = { headers: 28, entry: 4, sections: 32, counts: 48 };

/** The loaded segments, each as near to the one before as its alignment allows. */
function planMoves({ segments }: ElfFile): Move[] {
  const loaded = segments.filter(({ type, fileSize }) => type === PT.load && fileSize > 0).toSorted((a, b) => a.offset - b.offset);
  const moves: Move[] = [];
  let end = 0;
  for (const { offset, fileSize, align } of loaded) {
    const page = Math.max(align, 1);
    const to = end + ((((offset - end) % page) + page) % page);
    moves.push({ from: offset, to, size: fileSize });
    end = to + fileSize;
  }
  return moves;
}

function placeOf(offset: number, moves: Move[]): number | undefined {
  const found = moves.find(({ from, size }) => offset >= from && offset < from + size);
  return found && offset - found.from + found.to;
}
