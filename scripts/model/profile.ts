// A profile: limits for a class of memory. At build time it chooses the cargo profile.
import { z } from "zod";

export const profile = z.strictObject({
  $schema: z.string().optional(),
  id: z.string().describe("also the file's name"),
  cargoProfile: z.string().describe("profile of the project's Cargo.toml that builds the addon"),
});

export type Profile = z.infer<typeof profile>;
