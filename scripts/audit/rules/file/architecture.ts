import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "file/architecture",
  severity: "error",
  order: 300,
  everyArchitecture: true,
  title: "another architecture",
  why: "dlopen fails with `wrong ELF class` or `cannot open shared object file`.",
  fix: "build it for the board's target",
  link: "https://man7.org/linux/man-pages/man3/dlopen.3.html",
  check: ({ facts }, place) =>
    facts.arch === place.arch && facts.bits === place.bits
      ? []
      : [{ message: `it is ${facts.arch}, ${facts.bits} bits; ${place.name} is ${place.arch}, ${place.bits} bits` }],
  forUser: {
    problem: ({ subject: { facts }, place }) => `does not load: its file is for ${facts.arch}, and the system is ${place.arch}`,
    advice: ({ isBuilt }) =>
      isBuilt
        ? "run `npm rebuild` on the board: this folder was installed on another machine, which compiled the file for itself"
        : undefined,
  },
};
