// A profile: limits for a class of memory, at build and at run time.
import { z } from "zod";

const count = z.int().positive();

export const profile = z.strictObject({
  $schema: z.string().optional(),
  id: z.string().describe("also the file's name"),
  name: z.string().describe("for people"),
  memory: z
    .strictObject({
      least: z.int().nonnegative().describe("MiB of RAM that a machine of this class has at least"),
      below: count.optional().describe("MiB of RAM from which on a machine is of the next class"),
    })
    .describe("which machines it is for, by what their kernel or control group gives them"),
  why: z.string().optional().describe("why no addon is built with it"),
  cargoProfile: z.string().describe("profile of the project's Cargo.toml that builds the addon"),
  cargo: z
    .strictObject({
      optLevel: z.enum(["0", "1", "2", "3", "s", "z"]).optional(),
      lto: z.enum(["off", "thin", "fat"]).optional(),
      codegenUnits: count.optional(),
    })
    .default({})
    .describe("settings in place of those of the cargo profile"),
  buildStd: z.string().optional().describe("why Rust's standard library is compiled with the addon even where rustup has a compiled one"),
  v8Flags: z.array(z.string()).default([]).describe("flags of Node that suit the memory"),
});

export type Profile = z.infer<typeof profile>;
