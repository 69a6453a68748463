import { listNames } from "../list-names.ts";
import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "wheel/abi3",
  severity: "error",
  order: 210,
  everyArchitecture: true,
  title: "symbols outside the stable ABI",
  why: "pip installs an abi3 wheel for every later Python. The import fails in a Python that does not have the symbol, or that changed its meaning.",
  fix: "build with PyO3's feature of the oldest Python that you support, such as abi3-py39, or name the Python that has the symbols in the wheel",
  link: "https://docs.python.org/3/c-api/stable.html",
  check: ({ symbols, wheel }) => {
    if (!wheel?.stableAbi) return [];
    const { python, names } = wheel.stableAbi;
    const outside = symbols.filter(({ name, defined }) => !defined && /^_?Py/.test(name) && !names.has(name)).map(({ name }) => name);
    if (outside.length === 0) return [];
    return [{ message: `it uses ${listNames(outside, 5)}, outside the stable ABI of Python ${python}` }];
  },
};
