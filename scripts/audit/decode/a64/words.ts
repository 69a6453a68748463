// The fields of an A64 instruction word. Source: Arm DDI 0487, "A64 instruction set encoding".

/** The flow of control after an instruction. */
export const FLOW = { next: 0, jump: 1, condition: 2, call: 3, callRegister: 4, jumpRegister: 5, end: 6 };

/** Whether a word has a value under a mask; XOR, since the result of `&` is signed and literals are unsigned. */
export function is(word: number, mask: number, value: number): boolean {
  return ((word & mask) ^ value) === 0;
}

/** The flow of control after a word. */
export function flowOf(word: number): number {
  // UDF: zeros between functions.
  if (word >>> 16 === 0) return FLOW.end;
  if ((word & 0x1c000000) !== 0x14000000) return FLOW.next;
  if (is(word, 0xfc000000, 0x14000000)) return FLOW.jump;
  if (is(word, 0xfc000000, 0x94000000)) return FLOW.call;
  // B.cond and BC.cond; CBZ and CBNZ, TBZ and TBNZ.
  if (is(word, 0xff000000, 0x54000000) || is(word, 0x7c000000, 0x34000000)) return FLOW.condition;
  if (is(word, 0xfe000000, 0xd6000000)) return flowOfRegisterBranch(word);
  // BRK and HLT.
  return is(word, 0xffe0001f, 0xd4200000) || is(word, 0xffe0001f, 0xd4400000) ? FLOW.end : FLOW.next;
}

// opc in bits 24:21: BR 0, BLR 1, RET 2, ERET 4; with bit 24 the forms with pointer authentication and a modifier.
function flowOfRegisterBranch(word: number): number {
  const operation = (word >>> 21) & 7;
  return operation === 0 ? FLOW.jumpRegister : operation === 1 ? FLOW.callRegister : FLOW.end;
}

/** The index of the target of a direct branch. */
export function targetOf(word: number, index: number): number {
  if (is(word, 0x7c000000, 0x14000000)) return index + ((word << 6) >> 6);
  if (is(word, 0x7e000000, 0x36000000)) return index + ((word << 13) >> 18);
  return index + ((word << 8) >> 13);
}

/** The most instructions between a jump and the write of its register. */
const JUMP_REACH = 16;

/** Whether a BR leaves the function: its register was loaded with an immediate offset, was copied, or is an argument. */
export function isTailCall(words: Int32Array, low: number, index: number): boolean {
  const register = ((words[index] as number) >>> 5) & 31;
  for (let at = index - 1; at >= Math.max(low, index - JUMP_REACH); at -= 1) {
    const word = words[at] as number;
    if ((word & 31) !== register) continue;
    if (is(word, 0xffc00000, 0xf9400000) || is(word, 0xffe00c00, 0xf8400000) || is(word, 0xffe0ffe0, 0xaa0003e0)) return true;
    // Stores and comparisons do not write the register in that field; the wrong guess only makes a tail call count as a table.
    return false;
  }
  return low > index - JUMP_REACH;
}

/** Whether a word is a branch of any kind, as in lld's AArch64ErrataFix.cpp. */
export function isBranch(word: number): boolean {
  return (
    is(word, 0xfe000000, 0xd6000000) ||
    is(word, 0xfe000000, 0x54000000) ||
    is(word, 0x7c000000, 0x14000000) ||
    is(word, 0x7c000000, 0x34000000)
  );
}

/** Whether a word is ADRP. */
export function isAdrp(word: number): boolean {
  return is(word, 0x9f000000, 0x90000000);
}

/** The page that an ADRP at an address computes. */
export function pageOf(word: number, address: number): number {
  return (Math.floor(address / 4096) + signedImmediate(word)) * 4096;
}

/** The 21-bit immediate of ADR and ADRP. */
export function signedImmediate(word: number): number {
  return ((word << 8) >> 13) * 4 + ((word >>> 29) & 3);
}

/** Whether a word reads one of the registers that describe the CPU: MRS of op0 3, op1 0, CRn 0. */
export function readsIdRegister(word: number): boolean {
  return is(word, 0xfffff000, 0xd5380000);
}

const NONE = 0xff;

/**
 * The general registers that a word other than a branch writes: up to three numbers, one per byte, 0xff for none. An unknown encoding
 * counts as a write. Compared with capstone's lists of written registers on 13,000 words.
 */
export function writtenRegisters(word: number): number {
  const [rd, rn] = [word & 31, (word >>> 5) & 31];
  const group = (word >>> 25) & 15;
  if ((group & 14) === 8) return pack(rd);
  // MRS and SYSL.
  if ((group & 14) === 10) return is(word, 0xfff00000, 0xd5300000) || is(word, 0xfff80000, 0xd5280000) ? pack(rd) : pack();
  if ((group & 5) === 4) return writtenByMemory(word, rd, rn);
  // CCMP and CCMN write flags only.
  if ((group & 7) === 5) return is(word, 0x1fe00000, 0x1a400000) ? pack() : pack(rd);
  if ((group & 7) === 7) return writtenBySimd(word, rd);
  // SVE and SME: some write a general register.
  return pack(rd);
}

/** Whether a word other than a branch writes a general register. */
export function writesRegister(word: number, register: number): boolean {
  const written = writtenRegisters(word);
  return (written & 0xff) === register || ((written >>> 8) & 0xff) === register || ((written >>> 16) & 0xff) === register;
}

function pack(first = NONE, second = NONE, third = NONE): number {
  return first | (second << 8) | (third << 16);
}

function writtenByMemory(word: number, rd: number, rn: number): number {
  const [simd, load, second] = [(word & 0x04000000) !== 0, (word & 0x00400000) !== 0, (word >>> 10) & 31];
  // Literal; PRFM has opc 3.
  if (is(word, 0x3b000000, 0x18000000)) return !simd && word >>> 30 !== 3 ? pack(rd) : pack();
  if (is(word, 0x3f000000, 0x08000000)) return writtenByExclusive(word, rd, second);
  if (is(word, 0x3a000000, 0x28000000)) {
    const base = (word & 0x00800000) !== 0 ? rn : NONE;
    return load && !simd ? pack(rd, second, base) : pack(base);
  }
  // Structures of SIMD registers, with and without post-index.
  if (is(word, 0xbe000000, 0x0c000000)) return (word & 0x00800000) !== 0 ? pack(rn) : pack();
  if (is(word, 0x3b000000, 0x39000000) || is(word, 0x3b000000, 0x38000000)) {
    if (is(word, 0x3f200c00, 0x38200000)) return pack(rd);
    const base = is(word, 0x3b200400, 0x38000400) || is(word, 0xff200c00, 0xf8200c00) ? rn : NONE;
    const operation = (word >>> 22) & 3;
    const prefetches = word >>> 30 === 3 && operation === 2;
    // LDRAA and LDRAB have no operation there.
    const loads = (!simd && operation !== 0 && !prefetches) || is(word, 0xff200400, 0xf8200400);
    return loads ? pack(rd, base) : pack(base);
  }
  return pack(rd, rn);
}

function writtenByExclusive(word: number, rd: number, second: number): number {
  const status = (word >>> 16) & 31;
  if (is(word, 0x3fa07c00, 0x08a07c00)) return pack(status);
  if (is(word, 0xbfa17c01, 0x08207c00)) return pack(status, status + 1);
  if ((word & 0x00400000) !== 0) return is(word, 0x00a00000, 0x00200000) ? pack(rd, second) : pack(rd);
  return (word & 0x00800000) === 0 ? pack(status) : pack();
}

// FMOV and FCVT to a general register; UMOV and SMOV.
function writtenBySimd(word: number, rd: number): number {
  const operation = (word >>> 16) & 7;
  const converts = is(word, 0x5f20fc00, 0x1e200000) || is(word, 0x5f200000, 0x1e000000);
  if (converts) return operation === 2 || operation === 3 || operation === 7 ? pack() : pack(rd);
  return is(word, 0xbfe0fc00, 0x0e003c00) || is(word, 0xbfe0fc00, 0x0e002c00) ? pack(rd) : pack();
}
