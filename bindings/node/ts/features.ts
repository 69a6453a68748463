import { AddonError } from "./errors.ts";
import { addon } from "./loader.ts";

/** What a profile may leave out of the addon, by the name of the crate's feature. */
const WHAT = { bundle: "bundles", coverage: "coverage" } as const;

/**
 * What the loaded addon has of what a profile may leave out: the features of the crate grid-opa.
 *
 * @throws {AddonError} the native addon could not be loaded
 */
export function features(): string[] {
  return addon().features();
}

/** The error of a call that this build of the addon lacks. */
export function lacking(feature: keyof typeof WHAT): AddonError {
  const there = features().join(", ") || "none of the optional ones";
  return new AddonError(
    "ERR_ADDON_FEATURE",
    `this build of Grid lacks ${WHAT[feature]}, which its profile leaves out (it has: ${there}): install or build Grid with another profile`,
  );
}
