import { listNames } from "../list-names.ts";
import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "link/unknown-symbol",
  severity: "error",
  order: 520,
  title: "a symbol that nothing provides",
  why: "No versioned library defines an undefined symbol without a version. Unless Node exports it, the load fails, or the first call of it.",
  fix: "link the library that defines it",
  link: "https://man7.org/linux/man-pages/man8/ld.so.8.html",
  check: ({ nodeApi: { kind, unknown } }) =>
    kind !== "none" && unknown.length > 0 ? [{ message: `nothing provides ${listNames(unknown, 5)}` }] : [],
  forUser: { problem: ({ finding }) => `does not load: ${finding.message}` },
};
