// A profile: limits for a class of memory, at build and at run time.
import { z } from "zod";

const count = z.int().positive();

export const profile = z.strictObject({
  $schema: z.string().optional(),
  id: z.string().describe("also the file's name"),
  name: z.string().describe("for people"),
  memory: z
    .strictObject({
      least: z.int().nonnegative().describe("lowest RAM of this class, in MiB"),
      below: count.optional().describe("lowest RAM of the next class, in MiB"),
    })
    .describe("memory of the machines of this class, as their kernel or control group reports it"),
  why: z.string().optional().describe("why no addon is built with this profile"),
  cargoProfile: z.string().describe("profile of the project's Cargo.toml that builds the addon"),
  cargo: z
    .strictObject({
      optLevel: z.enum(["0", "1", "2", "3", "s", "z"]).optional(),
      lto: z.enum(["off", "thin", "fat"]).optional(),
      codegenUnits: count.optional(),
    })
    .default({})
    .describe("settings that replace those of the cargo profile"),
  buildStd: z.string().optional().describe("why Rust's standard library is compiled with the addon even if rustup has a compiled one"),
  v8Flags: z.array(z.string()).default([]).describe("flags of Node that suit the memory"),
});

export type Profile = z.infer<typeof profile>;
