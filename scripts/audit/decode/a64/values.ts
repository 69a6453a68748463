// The known values of registers at one place of AArch64 code: addresses, and answers of the system. Runs one word at a time.
import { targetOf, FLOW, flowOf, is, isAdrp, pageOf, readsIdRegister, signedImmediate, writtenRegisters } from "./words.ts";

/**
 * The known value of a register or, from `nonZero` on, of the flags. An `answer` is a value that is not zero only if the system has a
 * feature, and `inverted` is such a value with inverted bits. A `query` is the address of a function that returns an answer. `nonZero` and
 * `equal` are the flags after the comparison of an answer with 0 and with another constant.
 */
export const KNOWN = { nothing: 0, address: 1, answer: 2, query: 3, inverted: 4, nonZero: 5, equal: 6 };
const FLAGS = 32;
/** The slots of the 64-bit words above the stack pointer, in which code keeps an answer during another call. */
const STACK = 33;
const STACK_WORDS = 32;
export const SLOTS = STACK + STACK_WORDS;

/** `numbers` are the addresses, and for answers the entry of the auxiliary vector if it is known; `asked` is the entry in x0 for a call. */
export type Values = { known: Uint8Array; numbers: Float64Array; effect: number; place: number; stored: number; asked: number };

/** AT_HWCAP and AT_HWCAP2. */
const ENTRIES = new Set([16, 26]);

/** The access of the last word to `place`, an address in memory; `stored` is the known value that it stored. */
export const EFFECT = { none: 0, load: 1, store: 2 };

/** The knowledge about the other code. */
export type World = {
  base: number;
  querySlots: Set<number>;
  pointers: Map<number, number>;
  /** Indexes of functions whose result is an answer. */
  answering: Set<number>;
  /** Addresses of variables that hold an answer. */
  variables: Set<number>;
};

/** Values of which nothing is known. */
export function newValues(): Values {
  return { known: new Uint8Array(SLOTS), numbers: new Float64Array(SLOTS), effect: EFFECT.none, place: 0, stored: KNOWN.nothing, asked: 0 };
}

/** Runs one word. */
export function step(values: Values, word: number, index: number, world: World): void {
  values.effect = EFFECT.none;
  const flow = flowOf(word);
  if (flow !== FLOW.next) {
    if (flow === FLOW.call) call(values, world.answering.has(targetOf(word, index)));
    else if (flow === FLOW.callRegister) call(values, values.known[(word >>> 5) & 31] === KNOWN.query);
    return;
  }
  // MOV w0 or x0 of a constant.
  if (is(word, 0x7fe0001f, 0x52800000)) values.asked = (word >>> 5) & 0xffff;
  if (writesFlags(word)) values.known[FLAGS] = flagsAfter(values, word);
  const [rd, rn] = [word & 31, (word >>> 5) & 31];
  if (accessStack(values, word)) return;
  if (isAdrp(word)) return set(values, rd, KNOWN.address, pageOf(word, world.base + index * 4));
  // ADR, into which linkers turn ADRP and ADD.
  if (is(word, 0x9f000000, 0x10000000)) return set(values, rd, KNOWN.address, world.base + index * 4 + signedImmediate(word));
  // ADD of 64 bits with an immediate.
  if (is(word, 0xff800000, 0x91000000) && values.known[rn] === KNOWN.address)
    return set(
      values,
      rd,
      KNOWN.address,
      (values.numbers[rn] as number) + ((word >>> 10) & 0xfff) * ((word & 0x00400000) === 0 ? 1 : 4096),
    );
  if (is(word, 0x0a000000, 0x08000000) && values.known[rn] === KNOWN.address && accessMemory(values, word, world)) return;
  if (readsIdRegister(word)) return set(values, rd, KNOWN.answer, 0);
  const source = copiedRegister(values, word);
  if (source >= 0) return set(values, rd, values.known[source] as number, values.numbers[source] as number);
  // MVN.
  if (is(word, 0x7fe0ffe0, 0x2a2003e0) && values.known[(word >>> 16) & 31] === KNOWN.answer) return set(values, rd, KNOWN.inverted, 0);
  if (isAnswer(values, word)) return set(values, rd, KNOWN.answer, 0);
  const written = writtenRegisters(word);
  forget(values, written & 0xff);
  forget(values, (written >>> 8) & 0xff);
  forget(values, (written >>> 16) & 0xff);
}

/** Whether a conditional branch tests an answer: 1 if it is taken with the feature, 0 if without, -1 if it tests something else. */
export function presentEdge(values: Values, word: number): number {
  // CBZ and CBNZ, TBZ and TBNZ: bit 24 is set in the second of each.
  if (is(word, 0x7c000000, 0x34000000)) return values.known[word & 31] === KNOWN.answer ? (word >>> 24) & 1 : -1;
  const [condition, flags] = [word & 15, values.known[FLAGS]];
  if (flags === KNOWN.equal) return condition === 0 ? 1 : condition === 1 ? 0 : -1;
  if (flags !== KNOWN.nonZero) return -1;
  // NE, MI, HI, GT, LT; EQ, PL, LS, LE, GE: an answer is compared with zero, so C and V add nothing.
  return [1, 4, 8, 12, 11].includes(condition) ? 1 : [0, 5, 9, 13, 10].includes(condition) ? 0 : -1;
}

function set(values: Values, register: number, known: number, number: number): void {
  if (register === 31) return;
  values.known[register] = known;
  values.numbers[register] = number;
}

function forget(values: Values, register: number): void {
  if (register < 31) values.known[register] = KNOWN.nothing;
}

// A call may change x0 to x18, x30 and the flags.
function call(values: Values, answers: boolean): void {
  values.known.fill(KNOWN.nothing, 0, 19);
  values.known[30] = KNOWN.nothing;
  values.known[FLAGS] = KNOWN.nothing;
  if (answers) set(values, 0, KNOWN.answer, ENTRIES.has(values.asked) ? values.asked : 0);
}

// Only forms that do not change the base: an immediate, LDAR and STLR.
function accessMemory(values: Values, word: number, world: World): boolean {
  const unsigned = is(word, 0x3f000000, 0x39000000);
  const unscaled = is(word, 0x3f200c00, 0x38000000);
  const ordered = is(word, 0x3fa08000, 0x08808000);
  if (!unsigned && !unscaled && !ordered) return false;
  const size = word >>> 30;
  const offset = unsigned ? ((word >>> 10) & 0xfff) << size : unscaled ? (word << 11) >> 23 : 0;
  const place = (values.numbers[(word >>> 5) & 31] as number) + offset;
  const loads = ordered ? (word & 0x00400000) !== 0 : (word & 0x00c00000) !== 0;
  values.effect = loads ? EFFECT.load : EFFECT.store;
  values.place = place;
  values.stored = values.known[word & 31] as number;
  // PRFM writes nothing.
  if (!loads || (!ordered && size === 3 && ((word >>> 22) & 3) === 2)) return true;
  const register = word & 31;
  const pointer = size === 3 ? world.pointers.get(place) : undefined;
  if (world.variables.has(place)) set(values, register, KNOWN.answer, 0);
  else if (size === 3 && world.querySlots.has(place)) set(values, register, KNOWN.query, 0);
  else if (pointer !== undefined) set(values, register, KNOWN.address, pointer);
  else forget(values, register);
  return true;
}

/** Keeps a known value over a store to the stack and the load of it; returns whether the word was one of the two. */
function accessStack(values: Values, word: number): boolean {
  const stores = is(word, 0xbfc003e0, 0xb90003e0);
  const register = word & 31;
  if (stores || is(word, 0xbfc003e0, 0xb94003e0)) {
    const wide = ((word >>> 30) & 1) === 1;
    const offset = ((word >>> 10) & 0xfff) * (wide ? 8 : 4);
    const slot = STACK + offset / 8;
    if (slot < SLOTS && Number.isInteger(slot)) {
      // Half of an address is not an address.
      const known = values.known[stores ? register : slot] as number;
      const kept = register === 31 || (!wide && known !== KNOWN.answer) ? KNOWN.nothing : known;
      if (!stores) set(values, register, kept, values.numbers[slot] as number);
      else {
        values.known[slot] = kept;
        values.numbers[slot] = values.numbers[register] as number;
      }
      return true;
    }
  }
  // Changes of the stack pointer: ADD and SUB, single registers and pairs with write-back. Also stores of another form relative to it.
  const adds = is(word, 0x3f80001f, 0x1100001f) || is(word, 0x3fe0001f, 0x0b20001f);
  const writesBack = is(word, 0x3a8003e0, 0x288003e0) || is(word, 0x3b2007e0, 0x380007e0);
  if (adds || writesBack || is(word, 0x0a4003e0, 0x080003e0)) values.known.fill(KNOWN.nothing, STACK, SLOTS);
  return false;
}

/** The register that a MOV between registers copies, otherwise -1; a MOV of 32 bits truncates an address. */
function copiedRegister(values: Values, word: number): number {
  if (!is(word, 0x7fe0ffe0, 0x2a0003e0)) return -1;
  const source = (word >>> 16) & 31;
  if (source === 31) return -1;
  return word >>> 31 === 1 || values.known[source] === KNOWN.answer ? source : -1;
}

/** MOV of zero to x16: zig's outline atomics test a flag there that zig knows is always zero, so that their LSE instructions never run. */
export function isOutlineZero(word: number): boolean {
  return is(word, 0x7fffffff, 0x2a1f03f0) || is(word, 0x7fffffff, 0x52800010);
}

/** Whether the result is not zero only if an answer is not: a part of it, or its AND with another value. */
function isAnswer(values: Values, word: number): boolean {
  if (isOutlineZero(word)) return true;
  const first = values.known[(word >>> 5) & 31] === KNOWN.answer;
  const second = values.known[(word >>> 16) & 31] === KNOWN.answer;
  // AND and ANDS with an immediate; UBFM and SBFM, so UBFX and LSR; LSRV.
  if (is(word, 0x1f800000, 0x12000000)) return first && ((word >>> 29) & 3) % 3 === 0;
  if (is(word, 0x7f800000, 0x53000000) || is(word, 0x7f800000, 0x13000000) || is(word, 0x7fe0fc00, 0x1ac02400)) return first;
  // AND and ANDS of registers.
  if (is(word, 0x7f200000, 0x0a000000) || is(word, 0x7f200000, 0x6a000000)) return first || second;
  // CSET: CSINC of the zero register with the inverted condition.
  if (!is(word, 0x7fff0fe0, 0x1a9f07e0)) return false;
  const turned = (word >>> 12) & 15;
  return (turned === 0 && values.known[FLAGS] === KNOWN.nonZero) || (turned === 1 && values.known[FLAGS] === KNOWN.equal);
}

/** Whether a word may write the condition flags. */
function writesFlags(word: number): boolean {
  return (
    // ADDS, SUBS, ANDS, BICS; ADCS, SBCS and CCMP; RMIF and SETF; FCMP and FCCMP; MSR of NZCV and other registers; SVE.
    is(word, 0x3f000000, 0x31000000) ||
    is(word, 0x3f000000, 0x2b000000) ||
    is(word, 0x7f800000, 0x72000000) ||
    is(word, 0x7f000000, 0x6a000000) ||
    is(word, 0x3f000000, 0x3a000000) ||
    is(word, 0xff200c00, 0x1e200400) ||
    is(word, 0xff203c00, 0x1e202000) ||
    is(word, 0xfff00000, 0xd5100000) ||
    is(word, 0xfff8f000, 0xd5004000) ||
    is(word, 0x1e000000, 0x04000000)
  );
}

function flagsAfter(values: Values, word: number): number {
  const [first, second] = [values.known[(word >>> 5) & 31], values.known[(word >>> 16) & 31]];
  // ANDS with an immediate and of registers: TST. Zero of an inverted answer means that all bits of the other are set in the answer.
  const [immediate, registers] = [is(word, 0x7f800000, 0x72000000), is(word, 0x7f200000, 0x6a000000)];
  if ((immediate || registers) && first === KNOWN.inverted) return KNOWN.equal;
  if ((immediate && first === KNOWN.answer) || (registers && (first === KNOWN.answer || second === KNOWN.answer))) return KNOWN.nonZero;
  // BICS of a constant and an answer means the same.
  if (is(word, 0x7f200000, 0x6a200000) && ((word >>> 5) & 31) !== 31) return second === KNOWN.answer ? KNOWN.equal : KNOWN.nothing;
  // SUBS with a constant: CMP.
  if (!is(word, 0x7fc00000, 0x71000000) || first !== KNOWN.answer) return KNOWN.nothing;
  return ((word >>> 10) & 0xfff) === 0 ? KNOWN.nonZero : KNOWN.equal;
}
