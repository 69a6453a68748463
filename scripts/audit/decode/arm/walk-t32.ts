// The T32 part of the walk through 32-bit ARM code, see walk.ts.
import { KIND, signed, wordAt } from "./image.ts";
import { isWide } from "./table.ts";
import { writtenInThumb } from "./writes-t32.ts";
import { addToPc, call, CONTENT, followTable, leave, markData, push, setAddress, setConstant, STOP, type Walk } from "./walk.ts";

/** Follows one T32 instruction; returns the offset of the next, below 0 if the code ends. */
export function stepThumb(walk: Walk, offset: number): number {
  const { halves } = walk.image;
  const at = offset >> 1;
  const first = halves[at] ?? 0;
  // An end inside an IT block is conditional.
  const inIt = walk.inIt > 0;
  if (inIt) walk.inIt -= 1;
  walk.owner[at] = KIND.thumb;
  if (!isWide(first)) return stepShort(walk, offset, first, inIt ? offset + 2 : STOP);
  if (offset + 4 > walk.image.size) return leave(walk, STOP);
  walk.owner[at + 1] = KIND.thumb;
  return stepWide(walk, offset, first, halves[at + 1] ?? 0, inIt ? offset + 4 : STOP);
}

function stepShort(walk: Walk, offset: number, half: number, end: number): number {
  const next = offset + 2;
  const top = half >>> 12;
  if ((half & 0xf800) === 0x4800) return loadConstant(walk, offset, (half >>> 8) & 7, ((offset + 4) & ~3) + (half & 255) * 4, next);
  if (top === 0xd) {
    if ((half & 0xf00) === 0xe00) return STOP;
    if ((half & 0xf00) !== 0xf00) push(walk, offset + 4 + (signed(half & 255, 8) << 1), 1);
    return next;
  }
  if ((half & 0xf800) === 0xe000) {
    push(walk, offset + 4 + (signed(half & 0x7ff, 11) << 1), 1);
    return end;
  }
  if ((half & 0xf500) === 0xb100) push(walk, offset + 4 + (((half >>> 3) & 0x1f) | ((half >>> 4) & 0x20)) * 2, 1);
  else if ((half & 0xff00) === 0xbf00 && (half & 15) !== 0) walk.inIt = Math.clz32(half & 15 & -(half & 15)) - 27;
  else if ((half & 0xff07) === 0x4700 && (half & 0x80) === 0) {
    // BX PC, before a veneer in A32.
    if (half === 0x4778) push(walk, (offset + 4) & ~3, 0);
    else jumpTo(walk, offset, (half >>> 3) & 15);
    return leave(walk, end);
  } else if ((half & 0xff87) === 0x4687) {
    jumpTo(walk, offset, (half >>> 3) & 15);
    return leave(walk, end);
  } else if ((half & 0xff00) === 0xbd00) return leave(walk, end);
  else if ((half & 0xf800) === 0xa000) takeAddress(walk, (half >>> 8) & 7, ((offset + 4) & ~3) + (half & 255) * 4);
  else if ((half & 0xfe00) === 0x1800) addRegisters(walk, half & 7, (half >>> 3) & 7, (half >>> 6) & 7, CONTENT.addressPlusLoaded);
  else if ((half & 0xff78) === 0x4478) addToPc(walk, (half & 7) | ((half >>> 4) & 8), (half & 7) | ((half >>> 4) & 8), offset + 4);
  else if ((half & 0xff00) === 0x4400) {
    const target = (half & 7) | ((half >>> 4) & 8);
    addRegisters(walk, target, target, (half >>> 3) & 15, CONTENT.addressPlusLoaded);
    if (target === 15) return leave(walk, end);
  } else forget(walk, writtenInThumb(half, 0));
  return next;
}

function stepWide(walk: Walk, offset: number, first: number, second: number, end: number): number {
  const next = offset + 4;
  if ((first & 0xf800) === 0xf000 && (second & 0x8000) !== 0) return stepBranch(walk, offset, first, second, end);
  if ((first & 0xff7f) === 0xf85f) {
    const distance = second & 0xfff;
    const target = second >>> 12;
    return loadConstant(
      walk,
      offset,
      target,
      ((offset + 4) & ~3) + ((first & 0x80) !== 0 ? distance : -distance),
      target === 15 ? end : next,
    );
  }
  const distance = (second & 255) * 4 * ((first & 0x80) !== 0 ? 1 : -1);
  // VLDR and LDRD of a constant.
  if ((first & 0xff3f) === 0xed1f && (second & 0xe00) === 0xa00)
    markData(walk, ((offset + 4) & ~3) + distance, (second & 0x100) !== 0 ? 8 : 4);
  else if ((first & 0xff7f) === 0xe95f) markData(walk, ((offset + 4) & ~3) + distance, 8);
  else if ((first & 0xfff0) === 0xe8d0 && (second & 0xffe0) === 0xf000) {
    followThumbSwitch(walk, offset, first, second);
    return leave(walk, STOP);
  } else if ((first & 0xfff0) === 0xf850 && (second & 0xfff0) === 0xf020) {
    // LDR PC, [Rn, Rm, LSL #2]: a table of addresses.
    const table = addressIn(walk, first & 15);
    if (table !== undefined)
      followTable(
        walk,
        table,
        { bytes: 4, thumb: 1, entries: compared(walk, offset, second & 15) },
        (at) => wordAt(walk.image, at) - walk.image.base - 1,
      );
    return leave(walk, end);
  } else if (((first & 0xffd0) === 0xe890 || (first & 0xffd0) === 0xe910) && (second & 0x8000) !== 0) return leave(walk, end);
  else if (((first & 0xfff0) === 0xf850 || (first & 0xfff0) === 0xf8d0) && second >>> 12 === 15) return leave(walk, end);
  else if ((first & 0xfbf0) === 0xf240) setConstant(walk, (second >>> 8) & 15, immediate16(first, second));
  else if ((first & 0xfbf0) === 0xf2c0 && walk.known[(second >>> 8) & 15] === 1) {
    const target = (second >>> 8) & 15;
    setConstant(walk, target, ((walk.values[target] ?? 0) & 0xffff) | (immediate16(first, second) << 16));
  } else if ((first & 0xfbff) === 0xf20f || (first & 0xfbff) === 0xf2af) {
    // ADR.
    const value = ((first & 0x400) << 1) | ((second & 0x7000) >>> 4) | (second & 255);
    takeAddress(walk, (second >>> 8) & 15, ((offset + 4) & ~3) + ((first & 0xff) === 0x0f ? value : -value));
  } else if ((first & 0xffe0) === 0xeb00 || (first & 0xffe0) === 0xeba0) {
    // ADD and SUB of a register; a shifted register is the number of a step in a row of equal ones.
    const kind = (second & 0x70c0) === 0 ? CONTENT.addressPlusLoaded : CONTENT.addressPlusScaled;
    addRegisters(walk, (second >>> 8) & 15, first & 15, second & 15, kind);
  } else forget(walk, writtenInThumb(first, second));
  return next;
}

function forget(walk: Walk, registers: number): void {
  for (let register = 0; register < 16; register += 1) if ((registers & (1 << register)) !== 0) walk.known[register] = CONTENT.nothing;
}

function addRegisters(walk: Walk, target: number, left: number, right: number, kind: number): void {
  const { known, values } = walk;
  const isAddress = (register: number) => known[register] === CONTENT.address || known[register] === CONTENT.addressPlusScaled;
  const source = isAddress(left) ? left : isAddress(right) ? right : undefined;
  known[target] = source === undefined ? CONTENT.nothing : kind;
  values[target] = source === undefined ? 0 : (values[source] ?? 0);
}

// A jump to a computed address: by a table of distances, or into a row of equal steps before or after it.
function jumpTo(walk: Walk, offset: number, register: number): void {
  const { image } = walk;
  const place = (walk.values[register] ?? 0) - image.base;
  if (walk.known[register] === CONTENT.addressPlusLoaded) {
    // LDR Rx, [Rn, Rm, LSL #2] before it has the index.
    let entries: number | undefined;
    for (let at = (offset >> 1) - 1; at >= Math.max(1, (offset >> 1) - 8) && entries === undefined; at -= 1) {
      const second = image.halves[at] ?? 0;
      if (((image.halves[at - 1] ?? 0) & 0xfff0) === 0xf850 && (second & 0x0ff0) === 0x0020)
        entries = compared(walk, at * 2 - 2, second & 15);
    }
    followTable(walk, place, { bytes: 4, thumb: 1, entries }, (at) => (place + (wordAt(image, at) | 0)) & ~1);
  }
  if (walk.known[register] === CONTENT.addressPlusScaled) {
    walk.steps.push(place & ~1);
    // The steps may be branches. Only the jump reaches the second and later ones.
    for (let at = place & ~1; isFarBranch(image.halves[at >> 1] ?? 0, image.halves[(at >> 1) + 1] ?? 0); at += 4) push(walk, at, 1);
  }
}

// B with an offset of 25 bits.
function isFarBranch(first: number, second: number): boolean {
  return (first & 0xf800) === 0xf000 && (second & 0xd000) === 0x9000;
}

// Thumb code is at odd addresses, so this one is data, but for the first step of a row.
function takeAddress(walk: Walk, register: number, offset: number): void {
  setAddress(walk, register, offset);
  if (offset % 2 === 0) walk.addressed.push(offset);
}

function addressIn(walk: Walk, register: number): number | undefined {
  return walk.known[register] === CONTENT.address ? (walk.values[register] ?? 0) - walk.image.base : undefined;
}

/** The target of B, BL and BLX with an offset of 25 bits. */
export function farTarget(offset: number, first: number, second: number): number {
  const [sign, j1, j2] = [(first >>> 10) & 1, (second >>> 13) & 1, (second >>> 11) & 1];
  const far = (sign << 24) | ((1 ^ j1 ^ sign) << 23) | ((1 ^ j2 ^ sign) << 22) | ((first & 0x3ff) << 12) | ((second & 0x7ff) << 1);
  // BLX leads to A32 code, which is aligned to words.
  return ((second & 0xd000) === 0xc000 ? (offset + 4) & ~3 : offset + 4) + signed(far, 25);
}

// B, BL, BLX and the conditional B; the rest of the space is system control.
function stepBranch(walk: Walk, offset: number, first: number, second: number, end: number): number {
  const next = offset + 4;
  const [sign, j1, j2] = [(first >>> 10) & 1, (second >>> 13) & 1, (second >>> 11) & 1];
  const kind = second & 0xd000;
  if (kind === 0xd000 || kind === 0xc000) {
    const target = farTarget(offset, first, second);
    // No code calls a place outside of the code: this is a constant after a call that does not return.
    if (target < 0 || target >= walk.image.size) return leave(walk, STOP);
    const isBack = call(walk, target, kind === 0xd000 ? 1 : 0);
    if (!isBack) return end;
    walk.known[0] = walk.known[1] = walk.known[2] = walk.known[3] = walk.known[12] = walk.known[14] = 0;
    return next;
  }
  if (kind === 0x9000) {
    push(walk, farTarget(offset, first, second), 1);
    return end;
  }
  if ((first & 0x380) !== 0x380) {
    const near = (sign << 20) | (j2 << 19) | (j1 << 18) | ((first & 0x3f) << 12) | ((second & 0x7ff) << 1);
    push(walk, offset + 4 + signed(near, 21), 1);
    return next;
  }
  // UDF.
  return (first & 0xfff0) === 0xf7f0 && (second & 0xf000) === 0xa000 ? STOP : next;
}

// TBB and TBH: distances from PC in a table after the jump, or at the address in a register.
function followThumbSwitch(walk: Walk, offset: number, first: number, second: number): void {
  const { halves } = walk.image;
  const pc = offset + 4;
  const table = (first & 15) === 15 ? pc : addressIn(walk, first & 15);
  if (table === undefined) return;
  const byteAt = (at: number) => ((halves[at >> 1] ?? 0) >>> ((at & 1) * 8)) & 255;
  const entries = compared(walk, offset, second & 15);
  if ((second & 0x10) !== 0) followTable(walk, table, { bytes: 2, thumb: 1, entries }, (at) => pc + (halves[at >> 1] ?? 0) * 2);
  else followTable(walk, table, { bytes: 1, thumb: 1, entries }, (at) => pc + byteAt(at) * 2);
}

// One more than the constant with which CMP compares an index shortly before its use.
function compared(walk: Walk, offset: number, register: number): number | undefined {
  const { halves } = walk.image;
  const jump = offset >> 1;
  for (let at = jump - 1; at >= Math.max(0, jump - 16); at -= 1) {
    const half = halves[at] ?? 0;
    const next = halves[at + 1] ?? 0;
    let [bound, after] = [-1, at];
    if ((half & 0xff00) === (0x2800 | (register << 8)) && register < 8) [bound, after] = [half & 255, at + 1];
    else if (half === (0xf1b0 | register) && (next & 0xff00) === 0x0f00) [bound, after] = [next & 255, at + 2];
    if (bound >= 0 && isBound(halves, after)) return isWritten(halves, after, jump, register) ? undefined : bound + 1;
  }
  return undefined;
}

// A value that was written after the comparison is another one.
function isWritten(halves: Uint16Array, start: number, end: number, register: number): boolean {
  for (let at = start; at < end; at += isWide(halves[at] ?? 0) ? 2 : 1)
    if ((writtenInThumb(halves[at] ?? 0, halves[at + 1] ?? 0) & (1 << register)) !== 0) return true;
  return false;
}

function loadConstant(walk: Walk, offset: number, register: number, place: number, next: number): number {
  markData(walk, place, 4);
  if (place >= 0 && place + 4 <= walk.image.size && place !== offset) setConstant(walk, register, wordAt(walk.image, place & ~1) | 0);
  return next;
}

function immediate16(first: number, second: number): number {
  return ((first & 15) << 12) | ((first & 0x400) << 1) | ((second & 0x7000) >>> 4) | (second & 255);
}

// A branch on HI or LS, short or wide, follows a comparison with a bound; other comparisons are not about the table.
function isBound(halves: Uint16Array, start: number): boolean {
  for (let at = start; at < start + 5; at += 1) {
    const half = halves[at] ?? 0;
    if ((half & 0xfe00) === 0xd800 || (half & 0xfb80) === 0xf200 || (half & 0xffe0) === 0xbf80) return true;
  }
  return false;
}
