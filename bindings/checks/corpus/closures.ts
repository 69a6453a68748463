// What a file needs: the files of every package that it refers to, and theirs.
import type { Source } from "../opa/oracle.ts";
import type { ScannedFile } from "./scan.ts";

/** A function that tells the files that one needs, itself included; test files are needed by nobody else. */
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
    const waiting = [name];
    const add = (path: string) => {
      for (const other of byPackage.get(path) ?? []) {
        if (isTest(other.name) || seen.has(other.name)) continue;
        seen.add(other.name);
        waiting.push(other.name);
      }
    };
    const own = sources.find((source) => source.name === name);
    if (own) add(packageOf(own));
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) for (const path of needs(next)) add(path);
    return seen;
  });
}

/** Whether a reference reads something of a package, or the package lies in what it reads. */
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
