import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "size/symbols",
  severity: "note",
  order: 810,
  title: "not stripped",
  why: "Symbols for debuggers take flash and nothing at run time.",
  fix: 'set strip = "symbols" in the cargo profile',
  link: "https://doc.rust-lang.org/cargo/reference/profiles.html#strip",
  check: ({ facts: { debugBytes, stripped } }) =>
    // Files with debug information have the finding of size/debug.
    stripped || debugBytes > 0 ? [] : [{ message: "the symbol table for debuggers is in the file" }],
};
