// A CPU: the instruction-set features that it has, by the names that the audit gives to what it decodes.
import { z } from "zod";

export const cpu = z.strictObject({
  $schema: z.string().optional(),
  id: z.string().describe("CPU as QEMU names it where QEMU has it, else the name of the baseline; also the file's name"),
  qemu: z.string().optional().describe("CPU of QEMU that has these features and the fewest others, where its name is not the id"),
  name: z.string().describe("for people"),
  arch: z.string().describe("file in targets/architectures"),
  features: z
    .array(z.string().regex(/^[a-z0-9][a-z0-9.-]*$/))
    .describe("instruction-set features beyond the architecture's first version (ARMv6 with VFPv2, ARMv8.0-A, x86-64)"),
  errata: z.array(z.literal("843419")).default([]).describe("ARM's numbers of errata that a linker has to work around"),
  source: z.string().describe("where the features are listed"),
});

export type Cpu = z.infer<typeof cpu>;
