import { describeGlibcNeed, needsNewerGlibc } from "../glibc.ts";
import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "libc/floor",
  severity: "error",
  order: 420,
  title: "above the target's declared glibc floor",
  why: "The target promises to run on systems with its oldest glibc, the floor.",
  fix: "link with zig against the floor, or raise glibcFloor in the target's file",
  link: "https://peps.python.org/pep-0600/",
  check: ({ facts }, place) =>
    needsNewerGlibc(facts, place, place.glibcFloor)
      ? [{ message: `${describeGlibcNeed(facts)}, above the declared floor ${place.glibcFloor}` }]
      : [],
};
