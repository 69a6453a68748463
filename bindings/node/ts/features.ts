import { AddonError } from "./errors.ts";
import { addon } from "./loader.ts";

/** The optional parts of the addon, by the names of the features of the crate. */
const WHAT = { bundle: "bundles", coverage: "coverage", format: "formatting", network: "http.send" } as const;

/**
 * The optional features that the loaded addon has: those of the crate grid-opa.
 *
 * @throws {AddonError} the native addon could not be loaded
 */
export function features(): string[] {
  return addon().features();
}

/** The error for a call that this build of the addon lacks. */
export function lacking(feature: keyof typeof WHAT): AddonError {
  const there = features().join(", ") || "none of the optional ones";
  return new AddonError(
    "ERR_ADDON_FEATURE",
    `this build of Grid lacks ${WHAT[feature]}, which its profile leaves out (it has: ${there}): install or build Grid with another profile`,
  );
}
