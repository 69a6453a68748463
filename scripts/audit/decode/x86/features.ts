// The feature that an x86-64 instruction needs, named as in targets/cpus. The levels are those of the System V psABI for AMD64, "Micro-
// architecture levels". OSXSAVE is part of v3 there but is left out here: run-time tests themselves use XGETBV.

const LEVELS: Record<string, string[]> = {
  v2: ["SSE3", "SSSE3", "SSE4_1", "SSE4_2", "POPCNT", "CMPXCHG16B"],
  v3: ["AVX", "AVX2", "BMI1", "BMI2", "F16C", "FMA", "LZCNT", "MOVBE"],
  v4: ["AVX512F", "AVX512BW", "AVX512CD", "AVX512DQ", "AVX512VL"],
};

// Features of every x86-64 processor, features that older ones execute as a hint or a NOP (CET, prefetches, CLDEMOTE), and privileged ones.
const EVERYWHERE = new Set(
  [
    "INTEL8086 INTEL186 INTEL286 INTEL386 INTEL486 X64 CMOV CPUID CX8 FPU FPU287 FPU387 FXSR MMX SSE SSE2 SYSCALL TSC CLFSH MULTIBYTENOP XSAVE",
    "PAUSE CET_IBT CET_SS PREFETCHW PREFETCHWT1 PREFETCHITI CLDEMOTE HLE",
    "MSR SEP RDPMC MONITOR SMM SMX VMX SVM INVPCID INVEPT INVVPID SMAP INTEL286_ONLY INTEL8086_ONLY INTEL386_ONLY WBNOINVD",
  ].flatMap((line) => line.split(" ")),
);

const LEVEL_OF = new Map(Object.entries(LEVELS).flatMap(([level, names]) => names.map((name) => [name, level] as const)));

/** The feature for one of iced's CPUID names; undefined if every x86-64 processor executes it. */
function featureOf(cpuidName: string): string | undefined {
  if (EVERYWHERE.has(cpuidName)) return undefined;
  return LEVEL_OF.get(cpuidName) ?? cpuidName.toLowerCase().replaceAll("_", "-");
}

/** The features of an instruction, by iced's name of its encoding and by its CPUID names. */
export function featuresOf(codeName: string, cpuidNames: string[]): string[] {
  // An old processor ignores the prefix and runs BSF, which is why compilers emit TZCNT for any x86-64.
  if (codeName.startsWith("Tzcnt_")) return [];
  // LAHF and SAHF are 8086 instructions, but the first 64-bit processors had dropped them in 64-bit mode.
  if (codeName === "Lahf" || codeName === "Sahf") return ["v2"];
  return [...new Set(cpuidNames.map(featureOf).filter((feature) => feature !== undefined))];
}
