// The report of `boardkit feed --json`.

/** A package in a feed. */
type FeedEntry = {
  format: "deb" | "ipk" | "apk";
  name: string;
  version: string;
  architecture: string;
  /** Below the folder of the feed. */
  path: string;
  bytes: number;
  sha256: string;
  /** Whether this run has added it. */
  added: boolean;
};

export type FeedReport = {
  schema: 1;
  name: string;
  url: string;
  /** Name of opkg's public key, in the folder opkg and on devices. */
  opkgKey: string;
  packages: FeedEntry[];
};
