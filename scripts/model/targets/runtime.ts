// The Nodes that a deploy sends; and runtimes besides Node that load addons by Node-API: the smoke script runs in them on request, and must have the same result as in Node.
import { z } from "zod";

/** The runtimes, by their names in `--runtimes`. */
export const runtimeNames = ["bun", "deno"] as const;

/** A runtime that runs on a target: its program, and what that needs. */
const runtimeRun = z.strictObject({
  toolchain: z.string().describe("id of a file in targets/toolchains; it provides a program with the runtime's name"),
  cpu: z.string().describe("QEMU's name of the CPU: the target's lowest one, or the lowest one that the runtime's build runs on"),
  sysroot: z.string().describe("id of a file in targets/toolchains"),
  libraries: z
    .string()
    .optional()
    .describe("id of a file in targets/toolchains with libraries that the runtime needs and the sysroot lacks"),
  standsIn: z.string().optional().describe("the stand-in of this run, with the reason"),
});
const noRun = z.strictObject({ why: z.string().describe("why the runtime does not run on the target") });

export const runtimes = z.partialRecord(z.enum(runtimeNames), z.union([runtimeRun, noRun]));

const sentNode = z.strictObject({
  toolchain: z.string().describe("id of a file in targets/toolchains"),
  libcFrom: z
    .string()
    .regex(/^\d+(\.\d+)+$/)
    .optional()
    .describe("oldest C library that it runs with, where its symbol versions do not show that"),
  why: z.string().optional().describe("reason for `libcFrom`"),
});

/** The Nodes that a deploy sends to machines of a target. */
export const nodes = z.union([z.array(sentNode).min(1), z.strictObject({ why: z.string().describe("why no Node is published") })]);

type RuntimeRun = z.infer<typeof runtimeRun>;
export type RuntimeName = (typeof runtimeNames)[number];

/** ids of targets/toolchains that a runtime needs. */
export function toolsOfRuntime({ toolchain, sysroot, libraries }: RuntimeRun): string[] {
  return [toolchain, sysroot, ...(libraries ? [libraries] : [])];
}
