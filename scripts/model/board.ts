// A board: hardware with the system that usually runs on it. It points to one target and one CPU and repeats neither.
import { z } from "zod";

export const board = z.strictObject({
  $schema: z.string().optional(),
  id: z.string().describe("also the file's name"),
  name: z.string().describe("for people"),
  target: z.string().describe("file in targets/triples that addons for this board are built as"),
  cpu: z.string().describe("file in targets/cpus"),
  pageSize: z.union([z.literal(4096), z.literal(16384), z.literal(65536)]).describe("bytes of a memory page of the usual kernel"),
  libcVersion: z
    .string()
    .regex(/^\d+\.\d+(\.\d+)?$/)
    .describe("version of the target's C library in the usual system"),
  node: z.string().regex(/^\d+$/).describe("newest Node line that runs there"),
  source: z.string().describe("where this is documented"),
});

export type Board = z.infer<typeof board>;
