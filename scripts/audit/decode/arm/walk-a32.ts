// The A32 part of the walk through 32-bit ARM code, see walk.ts.
import { KIND, signed, wordAt } from "./image.ts";
import { addToPc, call, CONTENT, followTable, leave, markData, push, setAddress, setConstant, STOP, type Walk } from "./walk.ts";

/** Follows one A32 instruction; returns the offset of the next, below 0 if the code ends. */
export function stepArm(walk: Walk, offset: number): number {
  const { image, known } = walk;
  const word = wordAt(image, offset);
  const half = offset >> 1;
  walk.owner[half] = KIND.arm;
  walk.owner[half + 1] = KIND.arm;
  const condition = word >>> 28;
  const next = offset + 4;
  if (condition === 15) {
    // BLX to an address.
    if ((word & 0xfe000000) >>> 0 !== 0xfa000000) return next;
    return call(walk, offset + 8 + (signed(word & 0xffffff, 24) << 2) + ((word >>> 23) & 2), 1) ? next : STOP;
  }
  const end = condition === 14 ? STOP : next;
  const destination = (word >>> 12) & 15;
  const operation = (word >>> 25) & 7;
  if (operation === 5) {
    const target = offset + 8 + (signed(word & 0xffffff, 24) << 2);
    if ((word & 0x01000000) === 0) {
      push(walk, target, 0);
      return end;
    }
    if (!call(walk, target, 0)) return end;
    // A call destroys these registers.
    known[0] = known[1] = known[2] = known[3] = known[12] = known[14] = 0;
    return next;
  }
  if (operation === 6 || operation === 7) {
    // VLDR of a constant.
    if ((word & 0x0f3f0e00) === 0x0d1f0a00) markData(walk, pcRelative(offset, word, (word & 255) * 4), (word & 0x100) !== 0 ? 8 : 4);
    return next;
  }
  if (operation === 4) {
    if ((word & 0x00100000) === 0) return next;
    for (let register = 0; register < 15; register += 1) if (((word >>> register) & 1) !== 0) known[register] = 0;
    return (word & 0x8000) !== 0 ? leave(walk, end) : next;
  }
  if (operation >= 2 && !(operation === 3 && (word & 0x10) !== 0)) return stepLoad(walk, offset, word, end);
  // UDF.
  if ((word & 0x0ff000f0) === 0x07f000f0) return STOP;
  if (operation === 3) {
    known[destination] = known[(word >>> 16) & 15] = 0;
    return next;
  }
  return stepData(walk, offset, word, end);
}

// LDR and STR.
function stepLoad(walk: Walk, offset: number, word: number, end: number): number {
  const destination = (word >>> 12) & 15;
  const isLoad = (word & 0x00100000) !== 0;
  if (isLoad && (word & 0x02000000) === 0 && ((word >>> 16) & 15) === 15 && (word & 0x01200000) === 0x01000000) {
    const place = pcRelative(offset, word, word & 0xfff);
    markData(walk, place & ~3, 4);
    if ((word & 0x00400000) === 0 && place >= 0 && place + 4 <= walk.image.size)
      setConstant(walk, destination, wordAt(walk.image, place) | 0);
    return destination === 15 ? leave(walk, end) : offset + 4;
  }
  if (!isLoad) return offset + 4;
  if (destination !== 15) {
    walk.known[destination] = 0;
    return offset + 4;
  }
  // LDR PC, [PC, Rx, LSL #2]: a table of addresses follows, with one branch before it if the load is conditional.
  if ((word & 0x0fff0ff0) === 0x079ff100)
    followTable(
      walk,
      offset + 8,
      { bytes: 4, thumb: 0, entries: comparedInArm(walk, offset, word & 15) },
      (at) => wordAt(walk.image, at) - walk.image.base,
    );
  return leave(walk, end);
}

// Data processing, multiplication and the small loads.
function stepData(walk: Walk, offset: number, word: number, end: number): number {
  const { known } = walk;
  const next = offset + 4;
  const [first, destination] = [(word >>> 16) & 15, (word >>> 12) & 15];
  if ((word & 0x0ffffff0) === 0x012fff10) return leave(walk, end);
  // BLX of a register.
  if ((word & 0x0ffffff0) === 0x012fff30) {
    known[0] = known[1] = known[2] = known[3] = known[12] = known[14] = 0;
    return next;
  }
  if ((word & 0x02000090) === 0x90) {
    // LDRD of a constant.
    if ((word & 0x0f7f00f0) === 0x014f00d0) markData(walk, pcRelative(offset, word, ((word >>> 4) & 0xf0) | (word & 15)), 8);
    known[destination] = known[first] = 0;
    if ((word & 0xf0) === 0xd0) known[(destination + 1) & 15] = 0;
    return next;
  }
  // Comparisons, and the moves of status registers and of 16 bits.
  if ((word & 0x01900000) === 0x01000000) {
    if ((word & 0x0ff00000) === 0x03000000) setConstant(walk, destination, ((word >>> 4) & 0xf000) | (word & 0xfff));
    else if ((word & 0x0ff00000) === 0x03400000 && known[destination] === CONTENT.constant)
      setConstant(walk, destination, ((walk.values[destination] ?? 0) & 0xffff) | ((((word >>> 4) & 0xf000) | (word & 0xfff)) << 16));
    else known[destination] = 0;
    return next;
  }
  if ((word & 0x01900000) === 0x01100000) return next;
  const isAdd = (word & 0x0de00000) === 0x00800000;
  if (destination === 15) {
    if (isAdd && (word & 0x02000000) === 0) followArmSwitch(walk, offset, word);
    return leave(walk, end);
  }
  if ((word & 0x0fff0000) === 0x028f0000 || (word & 0x0fff0000) === 0x024f0000) {
    // ADR.
    const rotation = (word >>> 7) & 30;
    const value = rotation === 0 ? word & 255 : ((word & 255) >>> rotation) | ((word & 255) << (32 - rotation));
    setAddress(walk, destination, offset + 8 + ((word & 0x00800000) !== 0 ? value : -value));
  } else if (isAdd && (word & 0x02000ff0) === 0 && first === 15) addToPc(walk, destination, word & 15, offset + 8);
  else if (isAdd && (word & 0x02000ff0) === 0 && (word & 15) === 15) addToPc(walk, destination, first, offset + 8);
  else known[destination] = 0;
  return next;
}

// ADD PC: the jumps of compilers by a table.
function followArmSwitch(walk: Walk, offset: number, word: number): void {
  const { image } = walk;
  const [first, second] = [(word >>> 16) & 15, word & 15];
  if (first === 15) {
    // ADD PC, PC, Rx, LSL #2: branches follow.
    for (let at = offset + 8; at + 4 <= image.size && (wordAt(image, at) & 0xff000000) >>> 0 === 0xea000000; at += 4) push(walk, at, 0);
    return;
  }
  const table = addressIn(walk, offset, first) ?? addressIn(walk, offset, second);
  if (table === undefined) return;
  // LDR Rx, [Rn, Rm, LSL #2] before it has the index.
  let entries: number | undefined;
  for (let at = offset - 4; at >= Math.max(0, offset - 16) && entries === undefined; at -= 4)
    if ((wordAt(image, at) & 0x0ff00ff0) === 0x07900100) entries = comparedInArm(walk, at, wordAt(image, at) & 15);
  followTable(walk, table, { bytes: 4, thumb: 0, entries }, (at) => table + (wordAt(image, at) | 0));
}

// One more than the constant with which CMP compares an index shortly before its use.
function comparedInArm(walk: Walk, offset: number, register: number): number | undefined {
  for (let at = offset - 4; at >= Math.max(0, offset - 40); at -= 4) {
    const word = wordAt(walk.image, at);
    // A value that was written after the comparison is another one.
    if (writes(word, register)) return undefined;
    if ((word & 0x0ffff000) !== (0x03500000 | (register << 16))) continue;
    // HI or LS follows a comparison with a bound; other comparisons are not about the table.
    for (let user = at + 4; user <= offset && user <= at + 16; user += 4)
      if (wordAt(walk.image, user) >>> 29 === 4) return (word & 0xf00) === 0 ? (word & 255) + 1 : undefined;
  }
  return undefined;
}

// The offset in a register; the instruction that wrote it may be before the branch to this place.
function addressIn(walk: Walk, offset: number, register: number): number | undefined {
  const { image } = walk;
  if (walk.known[register] === CONTENT.address) return (walk.values[register] ?? 0) - image.base;
  for (let at = offset - 4; at >= Math.max(0, offset - 256); at -= 4) {
    const word = wordAt(image, at);
    if ((word & 0x0ffff000) === (0x028f0000 | (register << 12)) >>> 0) {
      const rotation = (word >>> 7) & 30;
      return at + 8 + (rotation === 0 ? word & 255 : ((word & 255) >>> rotation) | ((word & 255) << (32 - rotation)));
    }
  }
  return undefined;
}

function pcRelative(offset: number, word: number, distance: number): number {
  return offset + 8 + ((word & 0x00800000) !== 0 ? distance : -distance);
}

// Whether an instruction writes a register: data processing except comparisons, and loads.
function writes(word: number, register: number): boolean {
  if (((word >>> 12) & 15) !== register || word >>> 28 === 15 || (word & 0x08000000) !== 0) return false;
  const isTransfer = (word & 0x04000000) !== 0 && (word & 0x02000010) !== 0x02000010;
  return isTransfer ? (word & 0x00100000) !== 0 : (word & 0x01900000) !== 0x01100000;
}
