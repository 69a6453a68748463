import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "load/no-relro",
  severity: "note",
  order: 650,
  title: "the relocation table stays writable",
  why: "Without full RELRO a memory error can redirect calls.",
  fix: "link with -z relro -z now",
  link: "https://www.redhat.com/en/blog/hardening-elf-binaries-using-relocation-read-only-relro",
  check: ({ facts: { relro, bindNow } }) => {
    if (relro && bindNow) return [];
    return [{ message: relro ? "RELRO is partial: no BIND_NOW" : "there is no RELRO" }];
  },
};
