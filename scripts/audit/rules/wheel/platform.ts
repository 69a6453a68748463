import { compareVersions } from "../../elf/versions.ts";
import type { ElfFacts } from "../../report.ts";
import type { Rule } from "../rule.ts";

/** Older names of platforms and their meaning (PEP 513, 571, 599). */
const OLDER: Record<string, string> = { manylinux1: "manylinux_2_5", manylinux2010: "manylinux_2_12", manylinux2014: "manylinux_2_17" };
/** Architectures of machines with another name. */
const ARCHES: Record<string, string> = { armv8l: "arm", armv7l: "arm", armv6l: "arm", i686: "x86" };
/** Platforms that mean every system, or a system without ELF files. */
const NO_ELF = /^(any|win|macosx|ios)/;

export const rule: Rule = {
  id: "wheel/platform",
  severity: "error",
  order: 200,
  everyArchitecture: true,
  title: "a wheel for another system",
  why: "pip chooses wheels by name. It installs a wheel on every system that the name promises, and the import fails if the module does not load there.",
  fix: "build with `boardkit build --binding python`, or let `auditwheel repair` choose the name",
  link: "https://peps.python.org/pep-0600/",
  check: ({ facts, wheel }) =>
    (wheel?.platforms ?? []).flatMap((platform) => {
      const mismatch = describeMismatch(platform, facts);
      return mismatch === undefined ? [] : [{ message: `its wheel is for ${platform}, and ${mismatch}` }];
    }),
};

/** Describes a file that does not fit a platform (PEP 425, 600, 656); undefined if it fits. */
function describeMismatch(platform: string, facts: ElfFacts): string | undefined {
  const [, kind, version, machine] =
    /^(many|musl)?linux(.*?)_(x86_64|[a-z0-9]+)$/.exec(platform.replace(/^manylinux\d+/, (old) => OLDER[old] ?? old)) ?? [];
  if (NO_ELF.test(platform)) return `it is an ELF file for ${facts.arch}`;
  if (machine === undefined) return undefined;
  if ((ARCHES[machine] ?? machine) !== facts.arch) return `it is for ${facts.arch}`;
  // pip installs a plain linux wheel with any C library. The name can only mean the most common one.
  const libc = kind === "musl" ? "musl" : "glibc";
  if (facts.libc !== undefined && facts.libc !== libc) return `it needs ${facts.libc}`;
  const promised = version?.slice(1).replace("_", ".");
  const isNewer = kind === "many" && facts.glibc && promised && compareVersions(facts.glibc, promised) > 0;
  return isNewer ? `it needs GLIBC_${facts.glibc}` : undefined;
}
