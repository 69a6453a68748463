import { missingFeatures } from "../missing-features.ts";
import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "cpu/dispatched-feature",
  severity: "warning",
  order: 900,
  title: "instructions that the CPU does not have, behind a choice that the audit cannot follow",
  why: "The file queries the features of the CPU, and neither its initialisation nor its registration reaches these instructions. Tables of functions (Highway, dav1d) and levels in objects (blake3, zstd) look like this, and so does a callback without the test that it needs.",
  fix: "call these functions in a smoke script and run `boardkit smoke`, which emulates the board's CPU",
  link: "https://google.github.io/highway/en/master/impl_details.html",
  check: (subject, place) =>
    missingFeatures(subject, place, "dispatched").map(({ feature, part, at, where }) => ({
      message: `${part} ${feature} instructions behind a choice that the audit cannot follow, first ${at}; the file queries the CPU's features`,
      ...where,
      guarded: false,
    })),
};
