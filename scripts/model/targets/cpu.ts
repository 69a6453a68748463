// A CPU and its instruction-set features, with the names that the audit uses.
import { z } from "zod";

const feature = z.string().regex(/^[a-z0-9][a-z0-9.-]*$/);

export const cpu = z.strictObject({
  $schema: z.string().optional(),
  id: z.string().describe("QEMU's name of the CPU, or the name of the baseline if QEMU lacks it; also the file's name"),
  qemu: z.string().optional().describe("QEMU's CPU with these features and the fewest others, if its name is not the id"),
  name: z.string().describe("for people"),
  arch: z.string().describe("file in targets/architectures"),
  features: z
    .array(feature)
    .describe("instruction-set features beyond the architecture's first version (ARMv6 with VFPv2, ARMv8.0-A, x86-64)"),
  aarch32: z
    .array(feature)
    .optional()
    .describe("features of a 64-bit ARM CPU in its AArch32 state, named as those of 32-bit ARM; absent if it runs no 32-bit programs"),
  errata: z.array(z.literal("843419")).default([]).describe("ARM's numbers of errata that the linker must work around"),
  source: z.string().describe("where the features are listed"),
});

export type Cpu = z.infer<typeof cpu>;
