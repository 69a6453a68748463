// Where data of targets/ comes from that others publish and change.
import { z } from "zod";

export const provenance = {
  source: z.string().describe("where this is documented"),
  date: z
    .string()
    .regex(/^\d{4}-\d\d-\d\d$/)
    .describe("when that was read"),
};
