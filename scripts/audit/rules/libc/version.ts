import { describeGlibcNeed, needsNewerGlibc } from "../glibc.ts";
import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "libc/version",
  severity: "error",
  order: 410,
  title: "needs a newer C library",
  why: "The loader rejects a file that requires symbol versions (.gnu.version_r) that the C library does not have. It requires the versions of weak symbols too.",
  fix: "link against the oldest glibc that you support: `boardkit build`, or `zig cc -target <target>.2.17`",
  link: "https://github.com/drasi-project/drasi-core/issues/601",
  check: ({ facts }, place) =>
    needsNewerGlibc(facts, place, place.libcVersion)
      ? [{ message: `${describeGlibcNeed(facts)}; ${place.name} has glibc ${place.libcVersion}` }]
      : [],
  forUser: {
    problem: ({ subject, place }) =>
      `does not load: it needs glibc ${subject.facts.glibc}, and ${place.system?.name ?? "the system"} has ${place.libcVersion}`,
    advice: () => "use a newer release of the system",
  },
};
