import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "size/budget",
  severity: "error",
  order: 830,
  everyArchitecture: true,
  title: "larger than its budget",
  why: "The project sets the most bytes that the addon of a target may have, so that growth is seen when it happens and not when the flash is full.",
  fix: "look for what made it larger (`boardkit audit --json` has the bytes by section), or raise sizeBudgets in the boardkit field of package.json",
  link: "https://github.com/johnthagen/min-sized-rust",
  check: ({ byteCount }, { sizeBudget = Infinity }) =>
    byteCount <= sizeBudget
      ? []
      : [{ message: `it has ${byteCount} bytes, ${byteCount - sizeBudget} more than its budget of ${sizeBudget}` }],
};
