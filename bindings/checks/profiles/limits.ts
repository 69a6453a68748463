// Reads Grid's run-time limits for each profile from bindings/profiles.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { packageRoot } from "../../../scripts/lib/paths.ts";
import type { Profile } from "../../../scripts/model/targets/profile.ts";

const count = z.int().positive();

/** Options of an engine, by their names in the bindings. */
const engineLimits = z.strictObject({
  maxPolicyBytes: count,
  maxDataBytes: count,
  maxInputBytes: count,
  maxDepth: count,
  maxEvaluationMs: count,
  maxEvaluationMemoryBytes: count,
  maxLoadMs: count,
  maxLoadMemoryBytes: count,
  maxBundleBytes: count,
  maxBundleUnpackedBytes: count,
});

/** The schema of a file. */
export const limits = z.strictObject({
  $schema: z.string().optional(),
  cache: z.strictObject({ maxEntries: count, maxBytes: count }).describe("default caps of a cache"),
  engine: engineLimits.describe("default limits of an engine"),
});

/** A profile with the limits of Grid. */
export type LimitedProfile = Profile & Omit<z.infer<typeof limits>, "$schema">;

/** Adds the limits of Grid to profiles. */
export function withLimits(profiles: Iterable<Profile>): LimitedProfile[] {
  return [...profiles].map((profile) => {
    const path = join(packageRoot, "bindings/profiles", `${profile.id}.json`);
    const { cache, engine } = limits.parse(JSON.parse(readFileSync(path, "utf8")));
    return { ...profile, cache, engine };
  });
}
