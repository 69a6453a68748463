import { AddonError } from "./errors.ts";
import { addon } from "./loader.ts";

/** What a profile may leave out of the addon, by the name of the crate's feature. */
const WHAT = { bundle: "bundles", coverage: "coverage" } as const;

/** The error of a call that this build of the addon lacks. */
export function lacking(feature: keyof typeof WHAT): AddonError {
  const features = addon().features().join(", ") || "none of the optional ones";
  return new AddonError(
    `this build of Grid lacks ${WHAT[feature]}, which its profile leaves out (it has: ${features}): install or build Grid with another profile`,
  );
}
