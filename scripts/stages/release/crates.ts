// The crates of all addons of a release, from their manifests.
import type { Crate } from "../../model/crate.ts";
import type { Manifest } from "../../model/report/manifest.ts";

/** A crate with the triples whose addons need it. */
export type ReleasedCrate = Crate & { targets: string[] };

/** Merges the crates of manifests: the addon's own crate first, then sorted by name. */
export function mergeCrates(manifests: Pick<Manifest, "target" | "crates">[]): ReleasedCrate[] {
  const merged = new Map<string, ReleasedCrate>();
  for (const { target, crates } of manifests) {
    for (const crate of crates) {
      const known = merged.get(crate.id);
      const dependencies = [...new Set([...(known?.dependencies ?? []), ...crate.dependencies])].toSorted();
      const targets = [...(known?.targets ?? []), target.triple];
      merged.set(crate.id, { ...crate, linked: crate.linked || known?.linked === true, dependencies, targets });
    }
  }
  const own = new Set(manifests.map(({ crates }) => crates[0]?.id));
  const isOwn = ({ id }: Crate) => own.has(id);
  const all = [...merged.values()];
  return [...all.filter(isOwn), ...all.filter((crate) => !isOwn(crate)).toSorted((left, right) => (left.id < right.id ? -1 : 1))];
}
