import { missingFeatures } from "../missing-features.ts";
import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "cpu/missing-feature",
  severity: "error",
  order: 900,
  title: "instructions that the CPU does not have",
  why: "The first such instruction that runs ends the process with SIGILL. Build machines have the feature, so the crash shows only on the board.",
  fix: "build with the target's lowest CPU (no -C target-cpu=native, no -march=native), or test for the feature at run time",
  link: "https://github.com/napi-rs/node-rs/issues/1199",
  check: (subject, place) =>
    missingFeatures(subject, place, "open").map(({ feature, part, at, where }) => ({
      message: `${part} ${feature} instructions without a test for the feature, first ${at}; ${place.name} has the CPU ${place.cpu}`,
      ...where,
      feature,
      guarded: false,
    })),
  forUser: { problem: ({ featureName }) => `dies with SIGILL: it uses ${featureName}`, crashes: () => true },
};
