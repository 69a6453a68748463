// The names that Node and the libraries that it needs export -> the table of the audit.

/** A library's or a program's exported names. */
type Exports = { isNode: boolean; names: string[] };

/** Of C++; hundreds of functions of the compiler for ARM, whose prefixes exported.ts knows; versions, which are symbols too. */
const LEFT_OUT = /^(_Z|__(aeabi|gnu|atomic)_|[A-Z]+_\d)/;

/** So many names with one prefix, such as `SSL_`, are a family: its next member is Node's too. */
const FAMILY = 8;

/**
 * Names of C of all libraries; of Node's, which has thousands of those of OpenSSL, ICU and others, families instead of their names. C++ has
 * namespaces, which scripts/audit/symbols/exported.ts knows.
 */
export function tabulate(all: Exports[]): { families: string[]; names: string[] } {
  const ofC = (names: string[]) => names.filter((name) => !LEFT_OUT.test(name));
  const ofNode = new Set(all.filter(({ isNode }) => isNode).flatMap(({ names }) => ofC(names)));
  const byPrefix = Map.groupBy(ofNode, (name) => /^[A-Za-z0-9]+_/.exec(name)?.[0]);
  const families = new Set([...byPrefix].flatMap(([prefix, names]) => (prefix !== undefined && names.length >= FAMILY ? [prefix] : [])));
  const alone = [...byPrefix].flatMap(([prefix, names]) => (prefix !== undefined && families.has(prefix) ? [] : names));
  const ofLibraries = all.filter(({ isNode }) => !isNode).flatMap(({ names }) => ofC(names));
  return { families: [...families].toSorted(), names: [...new Set([...alone, ...ofLibraries])].toSorted() };
}
