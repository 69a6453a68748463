// The registers that a T32 instruction writes, for the instructions that compilers emit. Arm DDI 0406C, A6.
import { isWide } from "./table.ts";

/** The registers as bits of a number, without those that a call changes. */
export function writtenInThumb(first: number, second: number): number {
  return isWide(first) ? writtenByWide(first, second) : writtenByShort(first);
}

function writtenByShort(half: number): number {
  const low = 1 << (half & 7);
  const middle = 1 << ((half >>> 8) & 7);
  const any = 1 << ((half & 7) | ((half >>> 4) & 8));
  const isLoad = (half & 0x800) !== 0;
  switch (half >>> 12) {
    case 0:
    case 1:
      return low;
    case 2:
      // MOV, and CMP, which does not write.
      return isLoad ? 0 : middle;
    case 3:
    case 10:
      return middle;
    case 4:
      if (isLoad) return middle;
      // TST, CMP and CMN of low registers, CMP of any register, BX and BLX do not write.
      if (half < 0x4400) return [8, 10, 11].includes((half >>> 6) & 15) ? 0 : low;
      return (half & 0x300) === 0 || (half & 0x300) === 0x200 ? any : 0;
    case 5:
      return ((half >>> 9) & 7) > 2 ? low : 0;
    case 6:
    case 7:
    case 8:
      return isLoad ? low : 0;
    case 9:
      return isLoad ? middle : 0;
    case 11:
      if ((half & 0xff00) === 0xb200 || (half & 0xff00) === 0xba00) return low;
      return (half & 0xfe00) === 0xbc00 ? half & 0xff : 0;
    case 12:
      return middle | (isLoad ? half & 0xff : 0);
    default:
      return 0;
  }
}

function writtenByWide(first: number, second: number): number {
  const upper = 1 << (second >>> 12);
  const middle = 1 << ((second >>> 8) & 15);
  const base = 1 << (first & 15);
  const isLoad = (first & 0x10) !== 0;
  switch ((first >>> 8) & 0x1e) {
    case 0x08:
      // A pair, an exclusive access or a list, and TBB, which does not write.
      if ((first & 0x40) !== 0) return ((first & 0x20) !== 0 ? base : 0) | (isLoad ? upper | middle : 1 << (second & 15));
      return base | (isLoad ? second : 0);
    case 0x0a:
      return middle;
    case 0x10:
    case 0x12:
    case 0x14:
    case 0x16:
      // The top bit means branches and system instructions, whose writes do not matter here.
      return (second & 0x8000) === 0 ? middle : 0;
    case 0x18:
      return ((second & 0x900) === 0x900 ? base : 0) | (isLoad ? upper : 0);
    case 0x1a:
      // A long multiplication writes two.
      return middle | upper;
    default:
      // Coprocessors: moves to one or two core registers.
      return isLoad ? upper | base : 0;
  }
}
