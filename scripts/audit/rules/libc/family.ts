import type { ElfFacts } from "../../report.ts";
import { isOfLibc } from "../../symbols/libc-names.ts";
import { isMuslsOwn } from "../../symbols/musl.ts";
import { listNames } from "../list-names.ts";
import type { Reported, Rule } from "../rule.ts";

export const rule: Rule = {
  id: "libc/family",
  severity: "error",
  order: 400,
  title: "another C library",
  why: "A file for musl does not load on glibc. A file for glibc loads on musl (OpenWrt, Alpine) only if it uses nothing but what both have, and then it is a warning: the two lay out some structures differently, and nobody tests it. With lazy binding it loads also if musl lacks a function, and the call of that ends the process.",
  fix: "build for the target with the board's C library",
  link: "https://wiki.musl-libc.org/functional-differences-from-glibc.html",
  check: ({ facts }, place) => {
    if (facts.libc === undefined || facts.libc === place.libc) return [];
    const message = `it is linked for ${facts.libc}, and ${place.name} has ${place.libc}`;
    // A build for a target is meant for its C library.
    if (place.libc === "glibc" || !place.system) return [{ message }];
    const missing = missingInMusl(facts);
    if (missing.length > 0) return [lacking(message, missing, callsMissing(facts))];
    return [{ message: `${message}, which has all that the file names, without a promise that it works`, severity: "warning" }];
  },
  forUser: {
    problem: ({ subject: { facts }, place, finding }) => {
      const built = `it is built for ${facts.libc}, and ${place.system?.name ?? "the system"} has ${place.libc}`;
      if (finding.severity === "warning") return `may work or crash: ${built}, which has all that it names`;
      if (!callsMissing(facts)) return `does not load: ${built}`;
      return `loads, and dies with SIGSEGV when it calls ${listNames(facts.notInMusl ?? [], 5)}: ${built}, which lacks that`;
    },
    crashes: ({ subject: { facts }, finding }) => finding.severity === "error" && facts.libc === "glibc" && callsMissing(facts),
  },
};

function lacking(message: string, missing: string[], calls: boolean): Reported {
  return {
    message: `${message}, which lacks ${listNames(missing, 5)}${calls ? ": the file loads, and a call of that ends the process" : ""}`,
  };
}

/**
 * Whether the file loads on musl although musl lacks functions that it names. Node loads addons with RTLD_LAZY, for which musl's loader
 * leaves an unknown function unresolved if the file does not ask for all at load (`do_relocs` and `prepare_lazy` in ldso/dynlink.c).
 */
function callsMissing(facts: ElfFacts): boolean {
  const { notInMusl = [], bindNow } = facts;
  return !bindNow && notInMusl.length > 0 && missingInMusl(facts).length === new Set(notInMusl).size;
}

/** Libraries and functions of glibc that the file needs and musl does not have. An executable also needs glibc's loader. */
function missingInMusl({ needed, notInMusl = [], interpreter }: ElfFacts): string[] {
  const libraries = needed.filter((name) => isOfLibc(name) && !isMuslsOwn(name));
  return [...new Set([...(interpreter === undefined ? [] : [interpreter.split("/").at(-1)!]), ...libraries]), ...notInMusl];
}
