// The report of `boardkit board --json`: one document, version 2.
import { z } from "zod";

const memory = z.object({
  rssAnonKiB: z.number().describe("anonymous memory: what the process costs a board"),
  vmHwmKiB: z.number().describe("peak memory; much of it is pages of files, which the kernel can drop"),
});

export const boardResult = z.object({
  board: z.string(),
  target: z.string(),
  cpu: z.string().describe("CPU as QEMU names it"),
  machine: z.string().describe("machine of QEMU"),
  standsIn: z.array(z.string()).describe("stand-ins of this run: for the machine, or for Node"),
  ramMiB: z.number(),
  verdict: z.enum(["passed", "failed", "unsupported"]).describe("`unsupported`: nothing was booted, and `reason` says why"),
  reason: z.string().optional().describe("why it failed, or what happened on the way"),
  fault: z.enum(["addon", "memory", "board"]).optional().describe("cause of a failure: the addon, too little memory, or the board itself"),
  boots: z.number().describe("number of boots"),
  wallSeconds: z.number().describe("of the last boot, from the start of QEMU to its end, images included"),
  // Like the fields below it is of the last boot, and absent if the boot did not get that far.
  kernel: z.string().optional().describe("release of the kernel"),
  memTotalKiB: z.number().optional(),
  bootSeconds: z.number().optional().describe("from the start of the kernel until the first program could start"),
  timeline: z
    .array(z.object({ name: z.enum(["bare", "loaded", "smoke"]), from: z.number(), to: z.number() }))
    .optional()
    .describe("the programs, in seconds since the start of the kernel"),
  runtime: z.string().optional().describe("the runtime: a Node's version, or the host's"),
  bare: memory.optional().describe("memory of the runtime alone"),
  loaded: memory.optional().describe("memory with the addon loaded"),
  smoke: memory.optional().describe("memory with the smoke script"),
  measures: z
    .record(z.string(), z.string())
    .optional()
    .describe('measurements of the smoke script, from `measures` in its report: name to text, for example {"start": "12 ms"}'),
  passed: z.number(),
  failed: z.number(),
  leastMiB: z.number().optional().describe("with --find-min: the smallest memory at which it passed"),
});

export type Memory = z.infer<typeof memory>;
export type BoardResult = z.infer<typeof boardResult>;
export type BoardReport = { schema: 2; qemu: string; boards: BoardResult[] };
