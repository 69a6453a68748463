import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "libc/family",
  severity: "error",
  order: 400,
  title: "another C library",
  why: "A file for glibc does not load on musl (OpenWrt, Alpine), and a file for musl does not load on glibc: libraries and symbols have other names.",
  fix: "build for the target with the board's C library",
  link: "https://wiki.musl-libc.org/functional-differences-from-glibc.html",
  check: ({ facts }, place) =>
    facts.libc && facts.libc !== place.libc ? [{ message: `it is linked for ${facts.libc}, and ${place.name} has ${place.libc}` }] : [],
  forUser: {
    problem: ({ subject, place }) =>
      `does not load: it is built for ${subject.facts.libc}, and ${place.system?.name ?? "the system"} has ${place.libc}`,
  },
};
