// The dependencies of a file: the files of all packages that it refers to, directly or indirectly.
import type { Source } from "../opa/oracle.ts";
import type { ScannedFile } from "./scan.ts";

/** A function that returns the files that a file needs, itself included; no other file needs a test file. */
export function closuresOf(sources: Source[], scan: ScannedFile[]): (name: string) => Set<string> {
  const scanned = new Map(scan.map((file) => [file.name, file]));
  const packageOf = ({ name, text }: Source) => scanned.get(name)?.package ?? `data.${/^package\s+(\S+)/m.exec(text)?.[1] ?? "?"}`;
  const byPackage = Map.groupBy(sources, packageOf);
  const isTest = (name: string) => name.endsWith("_test.rego") || (scanned.get(name)?.tests ?? 0) > 0;
  const texts = new Map(sources.map(({ name, text }) => [name, text]));
  const needs = memoized((name: string) => {
    const refs = new Set(scanned.get(name)?.refs);
    for (const [ref] of (texts.get(name) ?? "").matchAll(/\bdata\.[\w.]+/g)) refs.add(ref);
    return [...byPackage.keys()].filter((path) => [...refs].some((ref) => overlaps(ref, path)));
  });
  return memoized((name: string) => {
    const seen = new Set([name]);
    const pending = [name];
    const add = (path: string) => {
      for (const other of byPackage.get(path) ?? []) {
        if (isTest(other.name) || seen.has(other.name)) continue;
        seen.add(other.name);
        pending.push(other.name);
      }
    };
    const own = sources.find((source) => source.name === name);
    if (own) add(packageOf(own));
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) for (const path of needs(next)) add(path);
    return seen;
  });
}

/** Whether a reference reads a part of a package, or a document that contains the package. */
function overlaps(ref: string, path: string): boolean {
  return ref === path || ref.startsWith(`${path}.`) || ref.startsWith(`${path}[`) || path.startsWith(`${ref}.`);
}

function memoized<T>(make: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    if (!known.has(name)) known.set(name, make(name));
    return known.get(name) as T;
  };
}
