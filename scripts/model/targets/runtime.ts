// Runtimes besides Node that load addons by Node-API: the smoke script runs in them on request, and must have the same result as in Node.
import { z } from "zod";

/** The runtimes, by their names in `--runtimes`. */
export const runtimeNames = ["bun", "deno"] as const;

/** A runtime on a target: its program, or why there is none. */
const runtime = z.union([
  z.strictObject({
    toolchain: z.string().describe("id of a file in targets/toolchains; it provides a program with the runtime's name"),
    cpu: z.string().describe("QEMU's name of the CPU: the target's lowest one, or the lowest one that the runtime's build runs on"),
    sysroot: z.string().describe("id of a file in targets/toolchains"),
    standsIn: z.string().optional().describe("the stand-in of this run, with the reason"),
  }),
  z.strictObject({ why: z.string().describe("why the runtime does not run on the target") }),
]);

export const runtimes = z.partialRecord(z.enum(runtimeNames), runtime);

export type RuntimeName = (typeof runtimeNames)[number];
