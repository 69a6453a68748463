// The uses of instruction-set features in AArch64 code.
import type { InspectedElf } from "../../elf/facts.ts";
import { readCode } from "./text.ts";
import { findGuards } from "./guards.ts";
import { findHits } from "./match.ts";
import { ROWS, type Row } from "./table.ts";
import type { CodeFacts } from "../../report.ts";
import { mayProbe } from "../entries.ts";
import { goTest, readGo } from "../go.ts";
import { FeatureUses } from "../uses.ts";

const RET = 0xd65f03c0 | 0;
const NOP = 0xd503201f | 0;
const BTI_C = 0xd503245f | 0;

/** Decodes all code of a file. */
export function decodeA64(elf: InspectedElf): CodeFacts {
  const { pieces, codeBytes, unclassifiedBytes } = readCode(elf.file);
  const uses = new FeatureUses(goTest(readGo(elf.file)));
  const probes = mayProbe(elf.dynamic);
  let dataBytes = 0;
  for (const code of pieces) {
    const { indexes, rows } = findHits(code.words, code.from, code.to);
    // Calls between distant pieces are not followed.
    const guards = pieces.length === 1 && indexes.length > 0 ? findGuards(elf, code, indexes) : undefined;
    for (const [order, index] of indexes.entries()) {
      if (isText(code.words, index) || (guards?.guarded[order] === 0 && guards.isData(index))) {
        dataBytes += 4;
        continue;
      }
      const [, , feature, instruction] = ROWS[rows[order] as number] as Row;
      const place = { address: code.base + index * 4, instruction };
      const isGuarded = guards?.guarded[order] === 1 || (probes && isProbe(code.words, index));
      uses.add(feature, place, isGuarded ? "guarded" : "open", guards?.functionAt(index) ?? -1);
    }
    if (guards) uses.markDispatched(guards.reach);
  }
  return { features: uses.features, codeBytes, unclassifiedBytes: unclassifiedBytes + dataBytes };
}

/** Whether a word is a function of its own, with a RET: code that catches SIGILL runs it to ask for the feature. */
function isProbe(words: Int32Array, index: number): boolean {
  const before = words[index - 1] === BTI_C ? words[index - 2] : words[index - 1];
  return words[index + 1] === RET && (before === RET || before === NOP || before === 0);
}

/** Consecutive printable words that are certainly a string: SVE code has pairs of words whose bytes are all printable. */
const TEXT_WORDS = 4;

/** Whether a word is part of a string, such as the name that OpenSSL's assembler code has after a function. */
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
