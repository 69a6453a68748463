// Collects the uses of features in the code of a file, for all architectures.
import type { FeatureUse } from "../report.ts";

type Place = FeatureUse["places"][number];

/** The functions of a file, which are numbers here. */
export type Reach = {
  /** Whether the code queries features of the system, other than for outline atomics. */
  queriesFeatures: boolean;
  functions: number;
  /** Whether loading the addon may run one of these functions, which use a feature, without a test before. */
  isEntered: (wanted: Set<number>, feature: string) => boolean;
};

const PLACES = 5;
/** If a larger part of the functions uses a feature, the complete file was compiled for it, and no choice leads to them. */
const MOST_DISPATCHED = 0.1;

/** `dispatched`: only a choice that cannot be followed leads to the use; `open`: the use may run without a test. */
export type Guard = "guarded" | "dispatched" | "open";
const RANK: Record<Guard, number> = { guarded: 0, dispatched: 1, open: 2 };

/** Collects the uses of features, which are added in the order of addresses. */
export class FeatureUses {
  readonly features: Record<string, FeatureUse> = {};
  /** Per feature: the rank of its places, and the functions with open uses. */
  #seen = new Map<string, { rank: number; open: Set<number> }>();
  #isTested: (feature: string, address: number) => boolean;

  /** `isTested` is true for uses behind a test that the decoder cannot follow. */
  constructor(isTested: (feature: string, address: number) => boolean = () => false) {
    this.#isTested = isTested;
  }

  /** Adds a use in a function. */
  add(feature: string, place: Place, found: Guard, inFunction: number): void {
    const guard = found === "open" && this.#isTested(feature, place.address) ? "dispatched" : found;
    const use = (this.features[feature] ??= { count: 0, guarded: 0, dispatched: 0, places: [] });
    const seen = this.#seenOf(feature);
    use.count += 1;
    if (guard === "open") seen.open.add(inFunction);
    else use[guard] += 1;
    // A less guarded use replaces all places before it.
    if (RANK[guard] > seen.rank) use.places = [];
    seen.rank = Math.max(seen.rank, RANK[guard]);
    if (RANK[guard] === seen.rank && use.places.length < PLACES) use.places.push(place);
  }

  /** Marks the open uses of a feature as dispatched if loading never reaches them. */
  markDispatched({ queriesFeatures, functions, isEntered }: Reach): void {
    if (!queriesFeatures) return;
    for (const [feature, { open }] of this.#seen) {
      const use = this.features[feature] as FeatureUse;
      if (open.size <= functions * MOST_DISPATCHED && !isEntered(open, feature)) use.dispatched = use.count - use.guarded;
    }
  }

  #seenOf(feature: string): { rank: number; open: Set<number> } {
    const seen = this.#seen.get(feature) ?? { rank: 0, open: new Set() };
    this.#seen.set(feature, seen);
    return seen;
  }
}
