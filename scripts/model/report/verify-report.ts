// The report of `boardkit verify --json`: packages, and how they differ from a new build of their source.

/** A file that differs, by its path in the package. */
export type Difference = {
  file: string;
  /** Bytes and SHA-256 in the package that was given; absent if that has no such file. */
  given?: { bytes: number; sha256: string };
  /** The same of the one that was built again. */
  rebuilt?: { bytes: number; sha256: string };
  /** Where they part, each as a line. */
  details: string[];
};

export type Verified = {
  name: string;
  version: string;
  /** As it was given. */
  path: string;
  same: boolean;
  /** SHA-256 of the packed package: that which was given, if it was a packed one, and that which was built again. */
  given?: string;
  rebuilt: string;
  differences: Difference[];
  /** Tools that are not those which the package was built with. */
  tools: { what: string; given: string; here: string }[];
};

export type VerifyReport = { schema: 1; packages: Verified[]; notVerified: string[] };
