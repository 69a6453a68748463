// A file of a unit as the oracle's `scan` describes it.

export type ScannedFile = {
  name: string;
  package?: string;
  rules?: { ref: string; name: string; args: number; ground: boolean }[];
  tests?: number;
  refs?: string[];
};
