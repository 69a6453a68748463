// Names of instruction-set features for sentences.
import { getArchitecture, type Registry } from "./registry.ts";

/** Names a feature of an architecture: `LSE atomics, which begin with ARMv8.1`; by its id if targets/architectures has no name of it. */
export function featureNames(registry: Registry): (arch: string, feature: string) => string {
  return (arch, feature) => {
    const named = getArchitecture(registry, arch).names[feature];
    if (named === undefined) return `the feature ${feature}`;
    return named.since === undefined ? named.name : `${named.name}, which begin with ${named.since}`;
  };
}
