// Names of instruction-set features for sentences.
import { getArchitecture, type Registry } from "./registry.ts";

/** Names a feature of an architecture: `LSE atomics, which begin with ARMv8.1`. */
export function featureNames(registry: Registry): (arch: string, feature: string) => string {
  return (arch, feature) => {
    void getArchitecture(registry, arch);
    return feature;
  };
}
