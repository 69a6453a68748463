import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "link/search-path",
  severity: "warning",
  order: 510,
  title: "a search path of the build machine",
  why: "The loader searches DT_RUNPATH and DT_RPATH before the system's folders. Anyone who can write to an absolute one can replace libraries.",
  fix: "link without -rpath, or with a path that begins with $ORIGIN",
  link: "https://wiki.debian.org/RpathIssue",
  check: ({ facts: { searchPath } }) =>
    searchPath && !searchPath.split(":").every((path) => path.startsWith("$ORIGIN"))
      ? [{ message: `the loader searches libraries in ${searchPath}` }]
      : [],
};
