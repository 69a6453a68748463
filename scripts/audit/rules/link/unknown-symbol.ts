import { listNames } from "../list-names.ts";
import type { ElfFacts } from "../../report.ts";
import { isOfLibc } from "../../symbols/libc-names.ts";
import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "link/unknown-symbol",
  severity: "error",
  order: 520,
  title: "a symbol that nothing provides",
  why: "Neither Node nor the libraries that the file needs define the symbol. The load fails, or the first call of it.",
  fix: "link the library that defines it",
  link: "https://man7.org/linux/man-pages/man8/ld.so.8.html",
  check: ({ facts, nodeApi: { kind, unknown } }) =>
    kind !== "none" && unknown.length > 0 && !facts.needed.some((name) => mayProvide(name, facts))
      ? [{ message: `nothing provides ${listNames(unknown, 5)}` }]
      : [],
  forUser: { problem: ({ finding }) => `does not load: ${finding.message}` },
};

/** Libraries of GCC, whose names the audit knows. */
const OF_GCC = /^lib(stdc\+\+|gcc_s|atomic)\.so\./;

/** Whether a library may define names without a version: the audit has not read it, and the file requires no versions of it. */
function mayProvide(name: string, { versions }: ElfFacts): boolean {
  return !isOfLibc(name) && !OF_GCC.test(name) && versions[name] === undefined;
}
