// Times and sizes that were recorded on a kind of machine, for the estimate of a first run.
import { z } from "zod";

export const timings = z.strictObject({
  $schema: z.string().optional(),
  id: z.string().describe("also the file's name"),
  cores: z.int().positive().describe("processors of the machine"),
  project: z.string().describe("the project whose steps were timed"),
  steps: z.record(z.string(), z.number()).describe("step to seconds from cold, the median of the targets"),
  downloads: z
    .record(z.string(), z.strictObject({ bytes: z.int().nonnegative(), seconds: z.number() }))
    .describe("toolchain to the bytes of its download and the seconds until it is in the store"),
});

export type Timings = z.infer<typeof timings>;
