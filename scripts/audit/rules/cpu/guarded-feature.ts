import { missingFeatures } from "../missing-features.ts";
import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "cpu/guarded-feature",
  severity: "note",
  order: 900,
  title: "instructions that the CPU does not have, behind a test",
  why: "The code tests for the feature before it uses it.",
  fix: "nothing to do",
  link: "https://doc.rust-lang.org/std/macro.is_aarch64_feature_detected.html",
  check: (subject, place) =>
    missingFeatures(subject, place, "guarded").map(({ feature, count, at, where }) => ({
      message: `${count} ${feature} instructions, each behind a test: ${at}`,
      ...where,
      guarded: true,
    })),
};
