// Versions of symbols and libraries.

/** Compares dotted versions by number: 2.4 is below 2.17. */
export function compareVersions(left: string, right: string): number {
  const [a, b] = [left, right].map((version) => version.split(".").map(Number)) as [number[], number[]];
  for (let part = 0; part < Math.max(a.length, b.length); part += 1) {
    const difference = (a[part] ?? 0) - (b[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The highest version with a prefix such as `GLIBC_`, without the prefix. */
export function highestVersion(versions: Record<string, string[]>, prefix: string): string | undefined {
  return Object.values(versions)
    .flat()
    .filter((version) => version.startsWith(prefix) && /^[\d.]+$/.test(version.slice(prefix.length)))
    .map((version) => version.slice(prefix.length))
    .toSorted(compareVersions)
    .at(-1);
}

/** `GLIBCXX` of `GLIBCXX_3.4.30`; the complete name of a symbol version without a number, such as `CXXABI_FLOAT128`. */
export function kindOfVersion(version: string): string {
  return version.replace(/_[\d.]+$/, "");
}

/** `3.4.30` of `GLIBCXX_3.4.30`; empty without a number. */
export function numberOfVersion(version: string): string {
  return version.slice(kindOfVersion(version).length + 1);
}

/** The highest symbol version of each kind that has numbers, in the order of the kinds. */
export function highestOfKinds(versions: string[]): string[] {
  const kinds = Map.groupBy(
    versions.filter((version) => numberOfVersion(version) !== ""),
    kindOfVersion,
  );
  return [...kinds].map(([kind, all]) => `${kind}_${highestVersion({ all }, `${kind}_`)}`);
}
