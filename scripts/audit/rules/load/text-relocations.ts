import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "load/text-relocations",
  severity: "error",
  order: 630,
  title: "text relocations",
  why: "The loader would have to write into the code. musl and hardened kernels refuse to.",
  fix: "compile all objects with -fPIC",
  link: "https://wiki.gentoo.org/wiki/Hardened/Textrels_Guide",
  check: ({ facts }) => (facts.textRelocations ? [{ message: "the loader must change its code" }] : []),
  forUser: { problem: () => "does not load where the loader must not change code: musl, and hardened kernels" },
};
