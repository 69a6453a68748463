// The builders in a target's file.
import { z } from "zod";
import { builderNames } from "../builder.ts";

/** GNU's compiler for a target. */
export const gcc = z.union([
  z.strictObject({
    prefix: z
      .string()
      .regex(/^[a-z0-9_-]+$/)
      .describe("prefix of its programs; in the name of Debian's package, underscores are dashes"),
    toolchain: z
      .string()
      .optional()
      .describe("id of a file in targets/toolchains; without it only a host of that architecture and a container have this gcc"),
    flags: z
      .array(z.string().regex(/^-m[\w=.+-]+$/))
      .min(1)
      .describe("flags that select the lowest CPU"),
  }),
  z.strictObject({ why: z.string().describe("why it cannot build this target") }),
]);

/** The builder that `auto` tries first. */
export const preference = z.strictObject({ name: z.enum(builderNames), why: z.string() });
