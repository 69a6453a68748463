// The decoder of an architecture. Each is loaded with the first file for it: x86's is a megabyte of WebAssembly.
import type { InspectedElf } from "../elf/facts.ts";
import type { CodeFacts } from "../report.ts";

export type Decoder = (elf: InspectedElf) => CodeFacts;

/** The decoder of an architecture; undefined without one. It throws a RangeError for a broken file. */
export async function decoderOf(arch: string): Promise<Decoder | undefined> {
  if (arch === "aarch64") return (await import("./a64/decode.ts")).decodeA64;
  if (arch === "arm") return (await import("./arm/decode.ts")).decodeArm;
  if (arch === "x86_64") return (await import("./x86/decode.ts")).decodeX86;
  return undefined;
}

/** The function that finds the addresses of the sequences of Cortex-A53's erratum 843419; undefined for other architectures. */
export async function erratumFinderOf(arch: string): Promise<((elf: InspectedElf) => number[]) | undefined> {
  return arch === "aarch64" ? (await import("./a64/erratum.ts")).findErratum843419 : undefined;
}
