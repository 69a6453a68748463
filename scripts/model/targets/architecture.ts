// An architecture: its word and page sizes, its names elsewhere, and how a running system reports the features of its CPUs.
import { z } from "zod";

const feature = z.strictObject({
  why: z.string().optional(),
  auxv: z
    .strictObject({
      entry: z.int().positive().describe("entry of the auxiliary vector: 16 is AT_HWCAP, 26 is AT_HWCAP2"),
      bits: z
        .array(z.array(z.int().min(0).max(31)).min(1))
        .min(1)
        .describe("sets of bits; a CPU with all bits of any set has the feature"),
    })
    .optional()
    .describe("absent if the auxiliary vector does not show the feature"),
  words: z.array(z.array(z.string()).min(1)).min(1).describe("sets of words of /proc/cpuinfo; all words of any set mean the feature"),
  arm: z.int().positive().optional().describe("lowest arm_version of a Node that was compiled for CPUs with the feature"),
});

export const architecture = z.strictObject({
  $schema: z.string().optional(),
  id: z.string().describe("also the file's name, and the name in QEMU, zig, Rust and the names of wheels"),
  name: z.string().describe("for people"),
  bits: z.literal([32, 64]),
  largestPage: z.int().positive().describe("bytes of the largest memory page of its Linux kernels"),
  why: z.string().optional().describe("reason for this page size"),
  node: z.string().describe("name in Node and npm: process.arch"),
  runner: z.string().optional().describe("label of GitHub's runners that run its programs without emulation"),
  debian: z.array(z.string()).min(1).describe("names of Debian's ports"),
  zigFamily: z.string().describe("name of its folders of C headers in zig"),
  features: z.record(z.string(), feature).describe("features of targets/cpus, by name"),
  names: z
    .record(
      z.string(),
      z.strictObject({
        name: z.string().describe("plural noun: `LSE atomics`"),
        since: z
          .string()
          .optional()
          .describe("the first version of the architecture that has it: `ARMv8.1`; absent if it is optional in all"),
      }),
    )
    .describe("features of the audit for sentences, also those that a running system does not report"),
  source: z.string().describe("where the features are documented"),
});

export type Architecture = z.infer<typeof architecture>;
