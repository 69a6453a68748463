// The crates of all addons and wheels of a release, from their manifests.
import type { Crate } from "../../model/crate.ts";

/** A manifest's target, and the crates of its library. */
type Built = { target: { triple: string }; crates: Crate[] };

/** A crate with the triples whose files need it. */
export type ReleasedCrate = Crate & { targets: string[] };

/** Merges the crates of manifests: the own crates of addon and wheel first, then sorted by name. */
export function mergeCrates(manifests: Built[]): ReleasedCrate[] {
  const merged = new Map<string, ReleasedCrate>();
  for (const { target, crates } of manifests) {
    for (const crate of crates) {
      const known = merged.get(crate.id);
      const dependencies = [...new Set([...(known?.dependencies ?? []), ...crate.dependencies])].toSorted();
      const targets = [...new Set([...(known?.targets ?? []), target.triple])];
      merged.set(crate.id, { ...crate, linked: crate.linked || known?.linked === true, dependencies, targets });
    }
  }
  const own = new Set(manifests.map(({ crates }) => crates[0]?.id));
  const isOwn = ({ id }: Crate) => own.has(id);
  const all = [...merged.values()];
  return [...all.filter(isOwn), ...all.filter((crate) => !isOwn(crate)).toSorted((left, right) => (left.id < right.id ? -1 : 1))];
}
