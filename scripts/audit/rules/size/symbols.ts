import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "size/symbols",
  severity: "note",
  order: 810,
  title: "not stripped",
  why: "Symbols for debuggers take up flash and have no use at run time.",
  fix: 'set strip = "symbols" in the cargo profile',
  link: "https://doc.rust-lang.org/cargo/reference/profiles.html#strip",
  check: ({ facts: { debugBytes, stripped } }) =>
    // For files with debug information size/debug reports both.
    stripped || debugBytes > 0 ? [] : [{ message: "it contains the symbol table for debuggers" }],
};
