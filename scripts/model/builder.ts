// A builder: what compiles and links a target, and where.
import { z } from "zod";

/**
 * `zig`: zig cc on this machine. `cross`: in a container, by cross. `gcc`: Debian's cross gcc and GNU ld on this machine. `native`: the
 * host's own compiler. In the order in which `--builder auto` tries them.
 */
export const builderNames = ["zig", "cross", "gcc", "native"] as const;

export type BuilderName = (typeof builderNames)[number];

/** What a user may ask for. */
export type BuilderChoice = BuilderName | "auto";

/** Why a builder cannot build, and what helps: in words, and as packages of the system where those do. */
export type Obstacle = { reason: string; fix: string; packages?: string[] };

/** What stands as cc and linker, on this machine or in a container. */
export type Linker = "zig" | "gcc" | "host";

/** GNU's compiler for a target. */
export const gcc = z.union([
  z.strictObject({
    prefix: z
      .string()
      .regex(/^[a-z0-9_-]+$/)
      .describe("how the names of its programs begin; Debian's package of it has dashes for underscores"),
    toolchain: z
      .string()
      .optional()
      .describe("id of a file in targets/toolchains; without it only a host of that architecture has it, and a container"),
    flags: z
      .array(z.string().regex(/^-m[\w=.+-]+$/))
      .min(1)
      .describe("flags that hold it to the lowest CPU"),
  }),
  z.strictObject({ why: z.string().describe("why it cannot build this target") }),
]);

/** The builder that `auto` tries first. */
export const preference = z.strictObject({ name: z.enum(builderNames), why: z.string() });

/** An image that cross compiles in, and the Debian packages in it beside those of the recipe. */
export type Image = { name: string; packages: string[] };
