// The A32 and T32 encodings that not every ARMv6K processor with VFPv2 has, as data. Names and bits: Arm DDI 0406C (ARMv7-A/R), for v8
// Arm DDI 0487, part F. A row is [mask, value, feature, encoding]; rows were compared with llvm-mc 14 on random words and with zig's
// assembler on one sample for each.
// - PLDW, of the Multiprocessing Extensions, counts as v7: without them it is a hint without effect.
// - The half-precision conversions are an extension of VFPv3 and part of VFPv4: they count as vfp4, the lowest named feature with them.
// - No CPU of targets/cpus has v8.1, v8.2 or v8.3 in 32-bit code, but code with them is not v8.
export type Row = readonly [mask: number, value: number, feature: string, name: string];

// Bit D, N or M of the encoding means a double register from 16 on.
const D32: Row[] = [
  [0x0fc00f10, 0x0e400b00, "vfp3-d32", "VMLA..VSUB d"],
  [0x0f800f90, 0x0e000b80, "vfp3-d32", "VMLA..VSUB d"],
  [0x0f800f30, 0x0e000b20, "vfp3-d32", "VMLA..VSUB d"],
  [0x0ff00f10, 0x0ec00b00, "vfp3-d32", "VDIV/VFNMA/VFMA d"],
  [0x0fb00f90, 0x0e800b80, "vfp3-d32", "VDIV/VFNMA/VFMA d"],
  [0x0fb00f30, 0x0e800b20, "vfp3-d32", "VDIV/VFNMA/VFMA d"],
  [0x0ff00f10, 0x0ed00b00, "vfp3-d32", "VDIV/VFNMA/VFMA d"],
  [0x0fb00f90, 0x0e900b80, "vfp3-d32", "VDIV/VFNMA/VFMA d"],
  [0x0fb00f30, 0x0e900b20, "vfp3-d32", "VDIV/VFNMA/VFMA d"],
  [0x0ff00f10, 0x0ee00b00, "vfp3-d32", "VDIV/VFNMA/VFMA d"],
  [0x0fb00f90, 0x0ea00b80, "vfp3-d32", "VDIV/VFNMA/VFMA d"],
  [0x0fb00f30, 0x0ea00b20, "vfp3-d32", "VDIV/VFNMA/VFMA d"],
  [0x0f600f00, 0x0d400b00, "vfp3-d32", "VLDR/VSTR d16+"],
  [0x0fc00f00, 0x0cc00b00, "vfp3-d32", "VLDMIA/VSTMIA d16+"],
  [0x0fe00f00, 0x0d600b00, "vfp3-d32", "VLDMDB/VSTMDB d16+"],
  [0x0fe00ff0, 0x0c400b30, "vfp3-d32", "VMOV 2xcore d16+"],
  [0x0fc00ff0, 0x0e000b90, "vfp3-d32", "VMOV.32 scalar d16+"],
  [0x0ff00ff0, 0x0ef00b00, "vfp3-d32", "VMOV.f64 imm d16+"],
  [0x0ffe0f50, 0x0ef00b40, "vfp3-d32", "VMOV/VABS/VNEG/VSQRT d"],
  [0x0fbe0f70, 0x0eb00b60, "vfp3-d32", "VMOV/VABS/VNEG/VSQRT m"],
  [0x0ffe0f50, 0x0ef40b40, "vfp3-d32", "VCMP d"],
  [0x0fbf0f70, 0x0eb40b60, "vfp3-d32", "VCMP m"],
  [0x0fff0fd0, 0x0ef70ac0, "vfp3-d32", "VCVT.f64.f32 d"],
  [0x0fbf0ff0, 0x0eb70be0, "vfp3-d32", "VCVT.f32.f64 m"],
  [0x0fff0f50, 0x0ef80b40, "vfp3-d32", "VCVT.f64.int d"],
  [0x0fbe0f70, 0x0ebc0b60, "vfp3-d32", "VCVT.int.f64 m"],
  [0x0ffa0f50, 0x0efa0b40, "vfp3-d32", "VCVT fixed d"],
];

/** Rows of A32; a row whose mask has no bit of the condition is for conditions below 1111 only. */
const A32: Row[] = [
  [0x0ff00000, 0x03000000, "v6t2", "MOVW"],
  [0x0ff00000, 0x03400000, "v6t2", "MOVT"],
  [0x0fe00070, 0x07c00010, "v6t2", "BFC/BFI"],
  [0x0fa00070, 0x07a00050, "v6t2", "SBFX/UBFX"],
  [0x0fff0ff0, 0x06ff0f30, "v6t2", "RBIT"],
  [0x0ff000f0, 0x00600090, "v6t2", "MLS"],
  [0x0f3000f0, 0x002000b0, "v6t2", "STRHT"],
  [0x0f3000f0, 0x003000b0, "v6t2", "LDRHT"],
  [0x0f3000d0, 0x003000d0, "v6t2", "LDRSBT/LDRSHT"],
  [0xfffffff0, 0xf57ff040, "v7", "DSB"],
  [0xfffffff0, 0xf57ff050, "v7", "DMB"],
  [0xfffffff0, 0xf57ff060, "v7", "ISB"],
  [0xff70f000, 0xf450f000, "v7", "PLI imm"],
  [0xff70f010, 0xf650f000, "v7", "PLI reg"],
  [0xff70f000, 0xf510f000, "v7", "PLDW imm"],
  [0xff70f010, 0xf710f000, "v7", "PLDW reg"],
  [0x0fd0f0f0, 0x0710f010, "idiv", "SDIV/UDIV"],
  [0x0ff00fff, 0x01900c9f, "v8", "LDA"],
  [0x0ff00fff, 0x01d00c9f, "v8", "LDAB"],
  [0x0ff00fff, 0x01f00c9f, "v8", "LDAH"],
  [0x0f900fff, 0x01900e9f, "v8", "LDAEX*"],
  [0x0ff0fff0, 0x0180fc90, "v8", "STL"],
  [0x0ff0fff0, 0x01c0fc90, "v8", "STLB"],
  [0x0ff0fff0, 0x01e0fc90, "v8", "STLH"],
  [0x0f900ff0, 0x01800e90, "v8", "STLEX*"],
  [0x0fd00df0, 0x01000040, "crc32", "CRC32[C]B / H"],
  [0x0ff00df0, 0x01400040, "crc32", "CRC32[C]W"],
  [0x0fb00ef0, 0x0eb00a00, "vfp3", "VMOV.f imm"],
  [0x0fba0e50, 0x0eba0a40, "vfp3", "VCVT fixed"],
  [0x0fbe0f50, 0x0eb20a40, "vfp4", "VCVTB/VCVTT f16<->f32"],
  [0x0fbe0f50, 0x0eb20b40, "v8", "VCVTB/T f16<->f64"],
  [0x0fb00e10, 0x0ea00a00, "vfp4", "VFMA/VFMS"],
  [0x0fb00e10, 0x0e900a00, "vfp4", "VFNMA/VFNMS"],
  [0x0f400f10, 0x0e400b10, "neon", "VMOV.8 / VDUP.8"],
  [0x0f400f30, 0x0e000b30, "neon", "VMOV.16 / VDUP.16"],
  [0x0fd00f70, 0x0e800b10, "neon", "VDUP.32"],
  [0x0fbf0e50, 0x0eb60a40, "v8", "VRINTR/VRINTZ"],
  [0x0fbf0ed0, 0x0eb70a40, "v8", "VRINTX"],
  [0x0fbf0fd0, 0x0eb90bc0, "v8.3", "VJCVT"],
  [0xfe000000, 0xf2000000, "neon", "NEON data processing"],
  [0xff100000, 0xf4000000, "neon", "NEON load/store"],
  [0xff900f10, 0xf2000c10, "vfp4", "NEON VFMA/VFMS"],
  [0xffbf0ed0, 0xf3b60600, "vfp4", "NEON VCVT f16<->f32"],
  [0xff800e10, 0xfe000a00, "v8", "VSEL"],
  [0xffb00e10, 0xfe800a00, "v8", "VMAXNM/VMINNM"],
  [0xffb80e50, 0xfeb80a40, "v8", "VRINT[ANPM]/VCVT[ANPM]"],
  [0xffbf0f10, 0xf3b00300, "v8-crypto", "AESE/AESD/AESMC/AESIMC"],
  [0xff800f10, 0xf3000f10, "v8", "NEON VMAXNM/VMINNM"],
  [0xffb30e10, 0xf3b20400, "v8", "NEON VRINT[NXAZ]"],
  [0xffb30e90, 0xf3b20680, "v8", "NEON VRINT[MP]"],
  [0xffb30c10, 0xf3b30000, "v8", "NEON VCVT[ANPM]"],
  [0xff800f50, 0xf2000c40, "v8-crypto", "SHA1*"],
  [0xff800f50, 0xf3000c40, "v8-crypto", "SHA256*"],
  [0xffb30fd0, 0xf3b102c0, "v8-crypto", "SHA1H"],
  [0xffb30f90, 0xf3b20380, "v8-crypto", "SHA1SU1/SHA256SU0"],
  [0xffb00f50, 0xf2a00e00, "v8-crypto", "VMULL.P64"],
  [0xff800f10, 0xf3000b10, "v8.1", "VQRDMLAH"],
  [0xff800f10, 0xf3000c10, "v8.1", "VQRDMLSH"],
  [0xfeb00e50, 0xf2900e40, "v8.1", "VQRDMLAH/SH elem"],
  [0xfeb00e50, 0xf2a00e40, "v8.1", "VQRDMLAH/SH elem"],
  [0xfe200e00, 0xfc200800, "v8.2", "VCMLA/VSDOT/VUDOT/VFMAL/VMMLA vec (cp8/9/13)"],
  [0xfea00f10, 0xfc800800, "v8.2", "VCADD"],
  [0xff000e00, 0xfe000800, "v8.2", "VCMLA/VFMAL elem (cp8/9)"],
  [0xff000f00, 0xfe000d00, "v8.2", "V[SU]DOT elem"],
  [0xfe200f00, 0xfc200c00, "v8.2", "VDOT.bf16/VMMLA"],
  ...D32,
];

/** Rows of T32, first halfword above; the floating-point and NEON rows of A32 are for T32 too, see `vectorWordOf`. */
const T32: Row[] = [
  [0xffd0f0f0, 0xfb90f0f0, "idiv", "SDIV/UDIV"],
  [0xfffffff0, 0xf3bf8f40, "v7", "DSB"],
  [0xfffffff0, 0xf3bf8f50, "v7", "DMB"],
  [0xfffffff0, 0xf3bf8f60, "v7", "ISB"],
  [0xffffffff, 0xf3bf8f2f, "v7", "CLREX"],
  [0xfff00fff, 0xe8d00f4f, "v7", "LDREXB"],
  [0xfff00fff, 0xe8d00f5f, "v7", "LDREXH"],
  [0xfff000ff, 0xe8d0007f, "v7", "LDREXD"],
  [0xfff00ff0, 0xe8c00f40, "v7", "STREXB"],
  [0xfff00ff0, 0xe8c00f50, "v7", "STREXH"],
  [0xfff000f0, 0xe8c00070, "v7", "STREXD"],
  [0xfff00fcf, 0xe8d00f8f, "v8", "LDAB/H/LDA"],
  [0xfff00fcf, 0xe8d00fcf, "v8", "LDAEXB/H/LDAEX"],
  [0xfff000ff, 0xe8d000ff, "v8", "LDAEXD"],
  [0xfff00fcf, 0xe8c00f8f, "v8", "STLB/H/STL"],
  [0xfff00fc0, 0xe8c00fc0, "v8", "STLEXB/H/STLEX"],
  [0xfff000f0, 0xe8c000f0, "v8", "STLEXD"],
  [0xffe0f0c0, 0xfac0f080, "crc32", "CRC32[C]"],
];

/** Rows by the upper 12 bits of a word, so that most instructions need one lookup. */
type Index = (Row[] | undefined)[];

const A32_INDEX = indexOf(A32, true);
const T32_INDEX = indexOf(T32, false);
const LIST_PAST_D15: Row = [0x0e400f00, 0x0c000b00, "vfp3-d32", "VLDM/VSTM past d15"];
const WIDE: Row = [0, 0, "v6t2", "a 32-bit Thumb encoding"];
const SHORT: Row[] = [
  [0xf500, 0xb100, "v6t2", "CBZ/CBNZ"],
  [0xff00, 0xbf00, "v6t2", "IT or a hint"],
];
const NONE: Row[] = [];

/** The rows of an A32 word, at most one per feature. */
export function matchArm(word: number): Row[] {
  const found = matchIndex(A32_INDEX, word);
  return listPastD15(word) ? [...found, LIST_PAST_D15] : found;
}

/** The rows of a 32-bit Thumb encoding. */
export function matchWide(first: number, second: number): Row[] {
  if (isOldCall(first, second)) return NONE;
  const word = ((first << 16) | second) >>> 0;
  const found = [WIDE, ...matchIndex(T32_INDEX, word)];
  const vector = vectorWordOf(word);
  return vector === 0 ? found : [...found, ...matchArm(vector)];
}

/** The rows of a 16-bit Thumb encoding. */
export function matchShort(half: number): Row[] {
  if (half < 0xb100 || half > 0xbfff) return NONE;
  return SHORT.filter(([mask, value]) => (half & mask) === value);
}

/** Whether a halfword starts a 32-bit Thumb encoding. */
export function isWide(half: number): boolean {
  return half >>> 11 >= 0x1d;
}

// BL and BLX of Thumb before Thumb-2: two halfwords, J1 and J2 both set.
function isOldCall(first: number, second: number): boolean {
  return (first & 0xf800) === 0xf000 && ((second & 0xf800) === 0xf800 || (second & 0xf801) === 0xe800);
}

/** The A32 word of a floating-point or NEON encoding of T32, which differ only in the top bits; 0 for other encodings. */
function vectorWordOf(word: number): number {
  if ((word & 0xef000000) >>> 0 === 0xef000000) return (0xf2000000 | ((word >>> 4) & 0x01000000) | (word & 0x00ffffff)) >>> 0;
  if ((word & 0xff100000) >>> 0 === 0xf9000000) return (0xf4000000 | (word & 0x00ffffff)) >>> 0;
  if ((word & 0xec000000) >>> 0 === 0xec000000 && (word & 0x0f000000) !== 0x0f000000) return word;
  return 0;
}

// VLDM and VSTM whose first register is below 16 (with D set, the rows match) and whose list ends past 15. The addressing modes are those
// with writeback upwards and downwards, and without writeback.
function listPastD15(word: number): boolean {
  if ((word & 0x0e400f00) !== 0x0c000b00 || word >>> 28 === 15) return false;
  const mode = word & 0x01a00000;
  if (mode !== 0x00800000 && mode !== 0x00a00000 && mode !== 0x01200000) return false;
  return ((word >>> 12) & 15) + ((word & 0xff) >>> 1) > 16;
}

function matchIndex(index: Index, word: number): Row[] {
  const rows = index[word >>> 20];
  if (!rows) return NONE;
  const found = rows.filter(([mask, value]) => (word & mask) >>> 0 === value);
  return found.length < 2 ? found : found.filter((row, at) => found.findIndex((other) => other[2] === row[2]) === at);
}

function indexOf(table: Row[], conditional: boolean): Index {
  return Array.from({ length: 4096 }, (_, top) => {
    const rows = table.filter(([mask, value]) => {
      if (conditional && mask >>> 28 === 0 && top >>> 8 === 15) return false;
      return (top & (mask >>> 20)) === ((value >>> 20) & (mask >>> 20));
    });
    return rows.length > 0 ? rows : undefined;
  });
}
