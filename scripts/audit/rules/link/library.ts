import { compareVersions, highestVersion } from "../../elf/versions.ts";
import type { PlaceSystem } from "../../place.ts";
import type { ElfFacts } from "../../report.ts";
import { isOfLibc } from "../../symbols/libc-names.ts";
import type { Subject } from "../../subject.ts";
import type { Reported, Rule } from "../rule.ts";

/** Kinds of symbol versions that are worth a word: each GCC adds some. */
const KINDS = ["GLIBCXX_", "CXXABI_", "GCC_"];

export const rule: Rule = {
  id: "link/library",
  severity: "warning",
  order: 500,
  title: "a library that the system may not have",
  why: "The loader looks for each library that a file needs, with the symbol versions that it requires. A system has few libraries until packages bring others; routers and slim containers even have libstdc++ and libgcc_s in packages.",
  fix: "install the package that the message names; or link the library statically: cargo-zigbuild links LLVM's libunwind instead of libgcc_s",
  link: "https://man7.org/linux/man-pages/man8/ld.so.8.html",
  check: (subject, { system, libc }) => {
    const { facts } = subject;
    const names = facts.needed.filter((name) => !isOfLibc(name));
    if (system) return names.flatMap((name) => checkOn(system, name, subject));
    // Systems with musl, such as routers and Alpine containers, do not have libstdc++ and libgcc_s until the user installs them.
    const more = libc === "musl" ? { severity: "error" as const } : {};
    return names.map((name) => ({ message: describeNeed(name, facts), ...more }));
  },
  forUser: {
    problem: ({ finding: { severity, message } }) => (severity === "error" ? `does not load: ${message}` : message.replace(/^it /, "")),
    // A warning has the command in its text, which differs by system.
    advice: ({ finding }) => (finding.severity === "error" ? "use a system, or a newer release of it, that has the library" : undefined),
  },
};

/** Judges one library on a system: it is present, a package brings it, or it cannot be had. */
function checkOn(system: PlaceSystem, name: string, { facts, searched }: Subject): Reported[] {
  const versions = system.present[name];
  if (versions) {
    const missing = (facts.versions[name] ?? []).flatMap((version) => missingFrom(versions, version) ?? []);
    const highest = highestOf(missing);
    return highest.length > 0
      ? [{ severity: "error", message: `it needs ${name} with ${highest.join(", ")}; ${system.name} has ${versions.join(", ")}` }]
      : [];
  }
  const found = system.packages[name];
  if (found !== undefined) return [{ message: `it needs ${name}, which a package of ${system.name} brings: ${system.install} ${found}` }];
  const reason = system.complete ? `no package of ${system.name} has it` : `${system.name} does not have it, nor a package that is known`;
  const message = `${describeNeed(name, facts)}; ${reason}`;
  // A file that is audited alone may have the library in a folder beside it.
  if (!searched && facts.searchPath?.includes("$ORIGIN") === true) return [{ message: `${message}, so it must be in ${facts.searchPath}` }];
  return [{ severity: "error", message }];
}

/** A version that is above the highest one of its kind in a library; undefined also for a kind that is not known. */
function missingFrom(versions: string[], version: string): string | undefined {
  const [, kind = "", number = ""] = /^(.*_)([\d.]+)$/.exec(version) ?? [];
  const known = versions.find((one) => one.startsWith(kind) && /^[\d.]+$/.test(one.slice(kind.length)));
  return number !== "" && known !== undefined && compareVersions(number, known.slice(kind.length)) > 0 ? version : undefined;
}

/** Names a library with the highest version of each kind that the file requires. */
function describeNeed(name: string, facts: ElfFacts): string {
  const highest = highestOf(facts.versions[name] ?? []);
  return `it needs ${name}${highest.length > 0 ? ` with ${highest.join(", ")}` : ""}`;
}

function highestOf(versions: string[]): string[] {
  return KINDS.flatMap((prefix) => {
    const version = highestVersion({ versions }, prefix);
    return version === undefined ? [] : [prefix + version];
  });
}
