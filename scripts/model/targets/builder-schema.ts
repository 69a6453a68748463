// What a target's file says of builders.
import { z } from "zod";
import { builderNames } from "../builder.ts";

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
