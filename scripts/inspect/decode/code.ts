// What decoding the code of a file gives, whatever the architecture.

/** One place where an instruction of a feature stands. */
export type Place = {
  address: number;
  /** Name of the encoding, as the architecture's manual has it. */
  instruction: string;
};

/** The uses of one instruction-set feature, named as in targets/cpus. */
export type FeatureUse = {
  count: number;
  /** How many of them run only after the code has asked the system for the feature. */
  guarded: number;
  /** The first unguarded ones, at most five; the first guarded ones where all are. */
  places: Place[];
};

export type CodeFacts = {
  features: Record<string, FeatureUse>;
  /** Bytes of code that were decoded, and those that could not be told to be code or data. */
  codeBytes: number;
  unclassifiedBytes: number;
};

const PLACES = 5;

/** Adds a use; the caller goes in the order of addresses. */
export function addUse(features: Record<string, FeatureUse>, feature: string, place: Place, guarded: boolean): void {
  const use = (features[feature] ??= { count: 0, guarded: 0, places: [] });
  // The first unguarded place takes the room of the guarded ones before it.
  if (!guarded && use.guarded === use.count) use.places = [];
  const onlyGuarded = use.guarded === use.count;
  use.count += 1;
  if (guarded) use.guarded += 1;
  if (use.places.length < PLACES && (!guarded || onlyGuarded)) use.places.push(place);
}
