// Collects what decoding the code of a file gives, whatever the architecture.
import type { FeatureUse } from "../report.ts";

type Place = FeatureUse["places"][number];

/** What is known of the functions of a file, each of which is a number. */
export type Reach = {
  /** Whether the code asks the system for features, those of outline atomics aside. */
  asks: boolean;
  functions: number;
  /** Whether one of these functions, which use a feature, may run without a test before while the addon is loaded. */
  isEntered: (wanted: Set<number>, feature: string) => boolean;
};

const PLACES = 5;
/** A larger part of the functions than this is not code for one of several CPUs: the file as a whole was compiled for the feature. */
const MOST_DISPATCHED = 0.1;

/** `dispatched` is what only a choice made elsewhere leads to; `open` what may run without a test. */
export type Guard = "guarded" | "dispatched" | "open";
const RANK: Record<Guard, number> = { guarded: 0, dispatched: 1, open: 2 };

/** Collects the uses of features; they are added in the order of addresses. */
export class FeatureUses {
  readonly features: Record<string, FeatureUse> = {};
  /** Of each feature, the rank of its places and the functions with open uses. */
  #seen = new Map<string, { rank: number; open: Set<number> }>();

  /** Adds a use in a function. */
  add(feature: string, place: Place, guard: Guard, inFunction: number): void {
    const use = (this.features[feature] ??= { count: 0, guarded: 0, dispatched: 0, places: [] });
    const seen = this.#seenOf(feature);
    use.count += 1;
    if (guard === "open") seen.open.add(inFunction);
    else use[guard] += 1;
    // The first of the less guarded ones takes the room of all before it.
    if (RANK[guard] > seen.rank) use.places = [];
    seen.rank = Math.max(seen.rank, RANK[guard]);
    if (RANK[guard] === seen.rank && use.places.length < PLACES) use.places.push(place);
  }

  /** Tells apart what loading never comes to. */
  markDispatched({ asks, functions, isEntered }: Reach): void {
    if (!asks) return;
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
