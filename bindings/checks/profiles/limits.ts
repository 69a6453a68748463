// The run-time limits of Grid for each profile of targets/profiles, from bindings/profiles.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { packageRoot } from "../../../scripts/lib/paths.ts";
import type { Profile } from "../../../scripts/model/targets/profile.ts";

const count = z.int().positive();

/** Values of the options of an engine and of a cache, under the names that the bindings give them. */
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
  cache: z.strictObject({ maxEntries: count, maxBytes: count }).describe("caps of a cache that is created without any"),
  engine: engineLimits.describe("limits of an engine that is created without any"),
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
