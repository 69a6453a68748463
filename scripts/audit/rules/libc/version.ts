import { describeGlibcNeed, needsNewerGlibc } from "../glibc.ts";
import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "libc/version",
  severity: "error",
  order: 410,
  title: "a newer C library is needed",
  why: "The loader refuses a file whose version needs (.gnu.version_r) the C library does not have. A weak symbol is no way out: its version is asked for all the same.",
  fix: "link against the floor: `boardkit build`, or `zig cc -target <target>.2.17`",
  link: "https://github.com/drasi-project/drasi-core/issues/601",
  check: ({ facts }, place) =>
    needsNewerGlibc(facts, place, place.libcVersion)
      ? [{ message: `${describeGlibcNeed(facts)}; ${place.name} has glibc ${place.libcVersion}` }]
      : [],
};
