import { compareVersions, highestOfKinds, kindOfVersion, numberOfVersion } from "../../elf/versions.ts";
import type { PlaceSystem } from "../../place.ts";
import type { ElfFacts } from "../../report.ts";
import { isOfLibc } from "../../symbols/libc-names.ts";
import type { Subject } from "../../subject.ts";
import type { Reported, Rule } from "../rule.ts";

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
  const present = system.present[name];
  if (present) return checkVersions(system, name, present, facts);
  // A file that is audited alone may have the library in a folder of its own package.
  const isElsewhere = !searched && facts.searchPath?.includes("$ORIGIN") === true;
  const more = isElsewhere ? "; or the library is in a folder of its search path" : "";
  const found = system.packages[name];
  if (found !== undefined)
    return [{ message: `it needs ${name}, which a package of ${system.name} brings: ${system.install} ${found}${more}` }];
  const reason = system.complete ? `no package of ${system.name} has it` : `${system.name} does not have it, nor a package that is known`;
  const message = `${describeNeed(name, facts)}; ${reason}${more}`;
  return [isElsewhere ? { message } : { message, severity: "error" }];
}

/** Compares the versions that the file requires with the highest one of each kind that the library defines. */
function checkVersions(system: PlaceSystem, name: string, defined: string[], facts: ElfFacts): Reported[] {
  const missing = (facts.versions[name] ?? []).flatMap((version) => missingFrom(defined, version) ?? []);
  if (missing.length === 0) return [];
  const highest = highestOfKinds(missing);
  const kinds = new Set(highest.map(kindOfVersion));
  const has = defined.filter((version) => kinds.has(kindOfVersion(version)));
  return [{ severity: "error", message: `it needs ${name} with ${highest.join(", ")}; ${system.name} has ${has.join(", ")}` }];
}

/** A version that is above the highest one of its kind in a library; undefined also for a kind that is not known. */
function missingFrom(defined: string[], version: string): string | undefined {
  const known = defined.find((one) => kindOfVersion(one) === kindOfVersion(version));
  return known !== undefined && compareVersions(numberOfVersion(version), numberOfVersion(known)) > 0 ? version : undefined;
}

/** Names a library with the highest version of each kind that the file requires. */
function describeNeed(name: string, facts: ElfFacts): string {
  const highest = highestOfKinds(facts.versions[name] ?? []);
  return `it needs ${name}${highest.length > 0 ? ` with ${highest.join(", ")}` : ""}`;
}
