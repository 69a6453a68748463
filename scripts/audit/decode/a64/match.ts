// Finds the instructions of the table. No row has the upper bits of most words, so a lookup by the upper twelve bits comes first.
import { ROWS, type Row } from "./table.ts";

/** Indexes of the words that match a row, ascending, and the numbers of the rows. */
type Hits = { indexes: Uint32Array; rows: Uint16Array };

const TOP = 20;

/** The table by the upper twelve bits of a word. */
function sortRows(rows: readonly Row[]): Uint16Array[] {
  return Array.from({ length: 1 << (32 - TOP) }, (_, top) =>
    Uint16Array.from(
      [...rows.keys()].filter((row) => {
        const [mask, value] = rows[row] as Row;
        return (((top << TOP) & mask) ^ value) >>> TOP === 0;
      }),
    ),
  );
}

const SORTED = sortRows(ROWS);
const MASKS = Int32Array.from(ROWS, ([mask]) => mask);
const VALUES = Int32Array.from(ROWS, ([, value]) => value);

/** Every word from one index to another that matches a row. */
export function findHits(words: Int32Array, from: number, to: number): Hits {
  const indexes: number[] = [];
  const found: number[] = [];
  for (let index = from; index < to; index += 1) {
    const word = words[index] as number;
    const rows = SORTED[word >>> TOP] as Uint16Array;
    for (let at = 0; at < rows.length; at += 1) {
      const row = rows[at] as number;
      if ((word & (MASKS[row] as number)) !== VALUES[row]) continue;
      indexes.push(index);
      found.push(row);
      break;
    }
  }
  return { indexes: Uint32Array.from(indexes), rows: Uint16Array.from(found) };
}
