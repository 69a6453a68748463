// The files of a release.

/** A file in dist/release. */
export type ReleaseFile = { file: string; bytes: number; sha256: string };
