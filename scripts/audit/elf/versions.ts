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
