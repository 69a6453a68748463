import { listNames } from "../list-names.ts";
import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "wheel/abi3",
  severity: "error",
  order: 210,
  everyArchitecture: true,
  title: "symbols outside of the stable ABI",
  why: "A wheel that is named abi3 is installed by every later Python, and the import fails in one that lacks the symbol, or that has changed what it means.",
  fix: "build with PyO3's feature of the oldest Python that is meant (abi3-py39, say), or name that Python in the wheel",
  link: "https://docs.python.org/3/c-api/stable.html",
  check: ({ symbols, wheel }) => {
    if (!wheel?.stableAbi) return [];
    const { python, names } = wheel.stableAbi;
    const outside = symbols.filter(({ name, defined }) => !defined && /^_?Py/.test(name) && !names.has(name)).map(({ name }) => name);
    if (outside.length === 0) return [];
    return [{ message: `it uses ${listNames(outside, 5)}, which Python ${python} does not have in its stable ABI` }];
  },
};
