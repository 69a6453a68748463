// Compiles small files for 32-bit ARM, for the tests of the instruction audit.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runZig } from "../../../checks/fixtures/fixture.ts";
import { inspectElf } from "../../elf/facts.ts";
import { decodeArm } from "./decode.ts";
import type { CodeFacts } from "../../report.ts";

export const V6 = "arm1176jzf_s";
export const V7 = "generic+v7a+vfp3-d32-neon";
export const ATOMIC = "int counter; int run(int n) { return __atomic_fetch_add(&counter, n, __ATOMIC_SEQ_CST) ^ 0x12345678; }";

type Options = { flags?: readonly string[]; extension?: "c" | "cpp" | "s"; symbols?: boolean; thumb?: boolean };

/** Compiles a shared object, stripped unless its symbols are asked for. For Thumb the target says so: zig does not heed -mthumb. */
export function compile(source: string, cpu: string, options: Options = {}): Buffer {
  const { flags = [], extension = "c", symbols = false, thumb = false } = options;
  const folder = mkdtempSync(join(tmpdir(), "boardkit-arm-"));
  try {
    const [input, output] = [join(folder, `input.${extension}`), join(folder, "output.so")];
    writeFileSync(input, source);
    const target = [
      "-target",
      `${thumb ? "thumb" : "arm"}-linux-musleabihf`,
      `-mcpu=${cpu}`,
      "-O2",
      "-shared",
      "-fPIC",
      "-nostdlib",
      "-Wl,-z,undefs",
    ];
    const all = [...target, ...(symbols ? [] : ["-s"]), ...flags, "-o", output, input];
    runZig(["cc", ...all]);
    return readFileSync(output);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Compiles the body of one exported function, in assembler. */
export function assemble(body: string, cpu: string, state: ".arm" | ".thumb" = ".arm"): Buffer {
  return compile(assembly(body, state), cpu, { extension: "s" });
}

/** An assembler file with one exported function. */
export function assembly(body: string, state: ".arm" | ".thumb" = ".arm"): string {
  const kind = state === ".thumb" ? ".thumb\n.thumb_func" : state;
  return `.syntax unified\n${kind}\n.text\n.globl run\n.type run, %function\n.p2align 2\nrun:\n${body}\n.size run, . - run\n`;
}

/** The facts of a compiled file. */
export function decode(bytes: Uint8Array): CodeFacts {
  return decodeArm(inspectElf(bytes, "fixture"));
}

/** Count of each feature. */
export function counts(bytes: Uint8Array): Record<string, number> {
  return Object.fromEntries(Object.entries(decode(bytes).features).map(([feature, use]) => [feature, use.count]));
}
