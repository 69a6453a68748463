// Versions of C libraries and of systems: numbers with dots between them.

/** Whether a version is older than another one. */
export function isOlder(one: string, other: string): boolean {
  const [left, right] = [partsOf(one), partsOf(other)];
  const at = Array.from({ length: Math.max(left.length, right.length) }, (_, index) => index).find(
    (index) => (left[index] ?? 0) !== (right[index] ?? 0),
  );
  return at !== undefined && (left[at] ?? 0) < (right[at] ?? 0);
}

/** Whether a version is `release` or a later one of it: 3.22.1 is one of 3.22. */
export function isOfRelease(version: string, release: string): boolean {
  return version === release || version.startsWith(`${release}.`);
}

function partsOf(version: string): number[] {
  return version.split(".").map((part) => Number.parseInt(part, 10) || 0);
}
