import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "size/debug",
  severity: "warning",
  order: 800,
  title: "debug information left in",
  why: "Debug information is often larger than the code, and a board has little flash.",
  fix: 'set strip = "symbols" in the cargo profile, and keep the debug information in a separate file',
  link: "https://doc.rust-lang.org/cargo/reference/profiles.html#strip",
  check: ({ facts: { debugBytes } }) => (debugBytes > 0 ? [{ message: `${(debugBytes / 1e6).toFixed(2)} MB of debug information` }] : []),
};
