// The glibc version that a file requires, for the rules that compare it.
import { compareVersions } from "../elf/versions.ts";
import type { Place } from "../place.ts";
import type { ElfFacts } from "../report.ts";
import { listNames } from "./list-names.ts";

/** Whether a file needs a newer glibc than `version`; false without such a version, and if the place has musl. */
export function needsNewerGlibc({ glibc }: ElfFacts, { libc }: Place, version: string | undefined): boolean {
  return libc === "glibc" && glibc !== undefined && version !== undefined && compareVersions(glibc, version) > 0;
}

/** Names the version and the first symbols that need it. */
export function describeGlibcNeed({ glibc, glibcSymbols }: ElfFacts): string {
  if (glibcSymbols.length === 0) return `it needs GLIBC_${glibc}`;
  const names = glibcSymbols.map((symbol) => symbol.name);
  const weak = glibcSymbols.every((symbol) => symbol.weak) ? "; weak, but the loader requires their version anyway" : "";
  return `it needs GLIBC_${glibc} for ${listNames(names, 3)}${weak}`;
}
