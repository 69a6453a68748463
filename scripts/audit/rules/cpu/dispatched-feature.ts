import { missingFeatures } from "../missing-features.ts";
import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "cpu/dispatched-feature",
  severity: "warning",
  order: 900,
  title: "instructions that the CPU does not have, behind a choice that cannot be followed",
  why: "The file asks the system for features, and neither loading it nor its registration comes to these instructions: tables of functions (Highway, dav1d) and levels kept in objects (blake3, zstd) look so, and so does a callback that forgot its test.",
  fix: "call what the file does once under `boardkit smoke` at the board's CPU",
  link: "https://google.github.io/highway/en/master/impl_details.html",
  check: (subject, place) =>
    missingFeatures(subject, place, "dispatched").map(({ feature, part, at, where }) => ({
      message: `${part} ${feature} instructions that only a choice made elsewhere can lead to, first ${at}; it asks the system for features`,
      ...where,
      guarded: false,
    })),
};
