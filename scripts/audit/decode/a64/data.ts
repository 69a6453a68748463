// What the words of a function are. Compilers keep data out of .text on AArch64, but assembler files do not: OpenSSL's have tables of 150 KB
// there. Only words that cannot be code tell it apart: about a quarter of random words. Assembler files also
// have functions without unwind data, of which a stripped file does not say where they start.
import type { Code } from "./text.ts";
import { endOf, type Functions } from "./functions.ts";
import { FLOW, flowOf, isTailCall, targetOf } from "./words.ts";

/** `apart`: code behind the end of a function, to which nothing in it leads: part of another function that nothing calls directly. */
export const WORD = { own: 0, data: 1, apart: 2 };

/** Writes what the words of a function are to `kinds`, which covers the complete piece of code. */
export function classifyWords({ words }: Code, functions: Functions, at: number, kinds: Uint8Array): void {
  const [low, high] = [functions.starts[at] as number, endOf(functions.starts, words, at)];
  const reached = reachedWords(words, low, high, functions.entries.get(at) ?? []);
  // The unwinder and jumps through tables lead to words that no branch leads to.
  const whole = hasTableJump(words, low, high) ? high : (functions.unwound.get(low) ?? low);
  for (let index = low; index < high;) {
    let end = index + 1;
    const isReached = reached[index - low] === 1;
    // Behind a call there may be data, since some calls do not return.
    if (isReached) while (end < high && reached[end - low] === 1 && goesOn(words[end - 1] as number)) end += 1;
    else while (end < high && end !== whole && reached[end - low] === 0) end += 1;
    if (hasNoInstruction(words, index, end)) kinds.fill(WORD.data, index, end);
    else if (!isReached && index >= whole) kinds.fill(WORD.apart, index, end);
    index = end;
  }
}

function goesOn(word: number): boolean {
  const flow = flowOf(word);
  return flow === FLOW.next || flow === FLOW.condition;
}

/** The words that control reaches from the start and from the other entries of a function. */
function reachedWords(words: Int32Array, low: number, high: number, entries: number[]): Uint8Array {
  const reached = new Uint8Array(high - low);
  const work = [low, ...entries];
  for (let index = work.pop(); index !== undefined; index = work.pop())
    for (; index >= low && index < high && reached[index - low] === 0; index += 1) {
      reached[index - low] = 1;
      const word = words[index] as number;
      const flow = flowOf(word);
      if (flow === FLOW.jump || flow === FLOW.condition) work.push(targetOf(word, index));
      // No code runs behind a word that is no instruction.
      if (flow === FLOW.jump || flow === FLOW.jumpRegister || flow === FLOW.end || isNoInstruction(words, index)) break;
    }
  return reached;
}

function hasTableJump(words: Int32Array, low: number, high: number): boolean {
  for (let index = low; index < high; index += 1)
    if (flowOf(words[index] as number) === FLOW.jumpRegister && !isTailCall(words, low, index)) return true;
  return false;
}

function hasNoInstruction(words: Int32Array, from: number, to: number): boolean {
  for (let index = from; index < to; index += 1) if (isNoInstruction(words, index)) return true;
  return false;
}

/** Whether no instruction has this word, or it branches out of the code: groups 1 and 3 of bits 28:25, and group 0 without SME and UDF. */
function isNoInstruction(words: Int32Array, index: number): boolean {
  const word = words[index] as number;
  const group = (word >>> 25) & 15;
  if (group === 1 || group === 3 || (group === 0 && word > 0 && word >>> 16 !== 0)) return true;
  const flow = flowOf(word);
  if (flow !== FLOW.jump && flow !== FLOW.condition && flow !== FLOW.call) return false;
  const target = targetOf(word, index);
  return target < 0 || target >= words.length;
}
