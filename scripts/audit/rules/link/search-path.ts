import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "link/search-path",
  severity: "warning",
  order: 510,
  title: "a search path of the build machine",
  why: "DT_RUNPATH and DT_RPATH are searched before the system's folders; an absolute one is a way in for whoever can write there.",
  fix: "link without -rpath, or with one that begins with $ORIGIN",
  link: "https://wiki.debian.org/RpathIssue",
  check: ({ facts: { searchPath } }) =>
    searchPath && !searchPath.split(":").every((path) => path.startsWith("$ORIGIN"))
      ? [{ message: `libraries are searched in ${searchPath}` }]
      : [],
};
