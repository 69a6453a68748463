// The report of `boardkit verify --key --json`: files beside the signed checksums of their release.

export type SumsResult = {
  /** The path on the command line, or beside a SHA256SUMS that is on the command line. */
  path: string;
  sha256: string;
  refused?: { code: string; reason: string };
};

export type SumsReport = {
  schema: 1;
  /** Id of the key, in hexadecimal. */
  key: string;
  files: SumsResult[];
  /** Files that SHA256SUMS lists and that are not beside it, if it is on the command line. */
  absent: string[];
};
