// The oracle's `scan` result for a file of a unit.

export type ScannedFile = {
  name: string;
  package?: string;
  rules?: { ref: string; name: string; args: number; ground: boolean }[];
  tests?: number;
  refs?: string[];
};
