// How the loader of a package tells that a CPU has a feature of targets/cpus. Names and bits are Linux's: arch/arm/include/uapi/asm/hwcap.h,
// arch/arm64/include/uapi/asm/hwcap.h, arch/x86/include/asm/cpufeatures.h.
import type { Signs } from "../target-side/loader/loader.cjs";
import type { Triple } from "./triple.ts";

/** Entries of the auxiliary vector: include/uapi/linux/auxvec.h. */
const AT_HWCAP = 16;
const AT_HWCAP2 = 26;

const hwcap = (bits: number[], ...others: number[][]) => ({ entry: AT_HWCAP, masks: [bits, ...others].map(maskOf) });
const maskOf = (bits: number[]) => bits.reduce((mask, bit) => mask | (1 << bit), 0);

// Every hard-float ARMv7 has VFPv3, and nothing older has. On a 64-bit kernel /proc/cpuinfo may have the words of AArch64: asimd is in every one.
const armv7: Signs = { auxv: hwcap([13]), words: [["vfpv3"], ["vfpv3d16"], ["asimd"]], arm: 7 };

/** By architecture and feature. */
export const featureSigns: Record<Triple["arch"], Record<string, Signs>> = {
  arm: {
    v6t2: armv7,
    v7: armv7,
    vfp3: armv7,
    // A 64-bit kernel tells of NEON, which takes 32 registers, and not of them.
    "vfp3-d32": { auxv: hwcap([19], [12]), words: [["vfpd32"], ["neon"], ["asimd"]] },
    neon: { auxv: hwcap([12]), words: [["neon"], ["asimd"]] },
    vfp4: { auxv: hwcap([16]), words: [["vfpv4"], ["asimd"]] },
    idiv: { auxv: hwcap([17, 18]), words: [["idiva", "idivt"], ["asimd"]] },
    crc32: { auxv: { entry: AT_HWCAP2, masks: [1 << 4] }, words: [["crc32"]] },
  },
  aarch64: {
    aes: { auxv: hwcap([3]), words: [["aes"]] },
    sha2: { auxv: hwcap([6]), words: [["sha2"]] },
    crc32: { auxv: hwcap([7]), words: [["crc32"]] },
    lse: { auxv: hwcap([8]), words: [["atomics"]] },
    fp16: { auxv: hwcap([9, 10]), words: [["fphp", "asimdhp"]] },
    rdm: { auxv: hwcap([12]), words: [["asimdrdm"]] },
    rcpc: { auxv: hwcap([15]), words: [["lrcpc"]] },
    dpb: { auxv: hwcap([16]), words: [["dcpop"]] },
    dotprod: { auxv: hwcap([20]), words: [["asimddp"]] },
    // The kernel has no word for it; as lse and rdm it is part of every ARMv8.1.
    lor: { auxv: hwcap([8, 12]), words: [["atomics", "asimdrdm"]] },
  },
  // The auxiliary vector has only what every x86-64 has.
  x86_64: {
    v2: { words: [["cx16", "pni", "popcnt", "sse4_1", "sse4_2", "ssse3"]] },
    v3: { words: [["abm", "avx", "avx2", "bmi1", "bmi2", "f16c", "fma", "movbe"]] },
  },
};
