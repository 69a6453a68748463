// The report of `boardkit verify --json`: differences between packages and a new build of their source.

/** A file that differs, by its path in the package. */
export type Difference = {
  file: string;
  /** Bytes and SHA-256 in the given package; absent if it has no such file. */
  given?: { bytes: number; sha256: string };
  /** Bytes and SHA-256 in the rebuilt package. */
  rebuilt?: { bytes: number; sha256: string };
  /** The differences, one per line. */
  details: string[];
};

export type Verified = {
  name: string;
  version: string;
  /** The path on the command line. */
  path: string;
  same: boolean;
  /** SHA-256 of the given package; absent if it was not packed. */
  given?: string;
  /** SHA-256 of the rebuilt package. */
  rebuilt: string;
  differences: Difference[];
  /** Tools whose versions differ from those that built the package. */
  tools: { what: string; given: string; here: string }[];
};

export type VerifyReport = { schema: 1; packages: Verified[]; notVerified: string[] };
