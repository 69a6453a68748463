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
      const [, , feature, instruction] = ROWS[rows[order] as number] as Row;
      addUse(facts.features, feature, { address: code.base + index * 4, instruction }, guarded?.[order] === 1);
    }
  }
  return facts;
}
