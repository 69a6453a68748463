// The uses of instruction-set features in AArch64 code.
import type { InspectedElf } from "../../elf/facts.ts";
import { readCode } from "./text.ts";
import { findGuarded } from "./guards.ts";
import { findHits } from "./match.ts";
import { ROWS, type Row } from "./table.ts";
import { addUse, type CodeFacts } from "../code.ts";

/** Decodes all code of a file. */
export function decodeA64(elf: InspectedElf): CodeFacts {
  const { pieces, codeBytes, unclassifiedBytes } = readCode(elf.file);
  const facts: CodeFacts = { features: {}, codeBytes, unclassifiedBytes };
  for (const code of pieces) {
    const { indexes, rows } = findHits(code.words, code.from, code.to);
    // Pieces far apart may call one another in ways that are not followed.
    const guarded = pieces.length === 1 && indexes.length > 0 ? findGuarded(elf, code, indexes) : undefined;
    for (const [order, index] of indexes.entries()) {
      if (isText(code.words, index)) {
        facts.unclassifiedBytes += 4;
        continue;
      }
      const [, , feature, instruction] = ROWS[rows[order] as number] as Row;
      addUse(facts.features, feature, { address: code.base + index * 4, instruction }, guarded?.[order] === 1);
    }
  }
  return facts;
}

/** Words in a row that are texts beyond doubt: SVE code has pairs of words whose bytes are all printable. */
const TEXT_WORDS = 4;

/** Whether a word stands in a text, such as the name that OpenSSL's assembler leaves behind a function. */
function isText(words: Int32Array, index: number): boolean {
  if (!isPrintable(words[index])) return false;
  let [from, to] = [index, index + 1];
  while (isPrintable(words[from - 1]) && to - from < TEXT_WORDS) from -= 1;
  while (isPrintable(words[to]) && to - from < TEXT_WORDS) to += 1;
  return to - from >= TEXT_WORDS;
}

function isPrintable(word: number | undefined): boolean {
  if (word === undefined) return false;
  return [word & 0xff, (word >>> 8) & 0xff, (word >>> 16) & 0xff, word >>> 24].every((byte) => byte >= 0x20 && byte < 0x7f);
}
