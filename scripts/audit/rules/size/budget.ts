import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "size/budget",
  severity: "error",
  order: 830,
  everyArchitecture: true,
  title: "larger than its budget",
  why: "The project limits the size of the addon per target, so that growth is noticed when it happens and not when the flash is full.",
  fix: "find out what made it larger (`boardkit audit --json` lists the bytes per section), or raise sizeBudgets in the boardkit field of package.json",
  link: "https://github.com/johnthagen/min-sized-rust",
  check: ({ byteCount }, { sizeBudget = Infinity }) =>
    byteCount <= sizeBudget
      ? []
      : [{ message: `it has ${byteCount} bytes, ${byteCount - sizeBudget} more than its budget of ${sizeBudget}` }],
};
