// Which files of a release a board lacks. Pure.
import { isFile, type Entry, type FileEntry } from "./manifest.ts";

export type Changes = {
  /** To send, in the order of the manifest. */
  files: FileEntry[];
  links: Entry[];
  /** Bytes of the files. */
  bytes: number;
  /** Files that the board has. */
  kept: number;
};

/**
 * What to send: not what `base`, a release on the board, has under any name with the same mode (it is linked there), nor what an
 * interrupted upload has left in its place.
 */
export function findChanges(release: Entry[], base: Entry[], incoming: Entry[]): Changes {
  const keyOf = ({ sha256, mode }: FileEntry) => `${mode} ${sha256}`;
  const known = new Set(base.filter(isFile).map(keyOf));
  const there = new Map(incoming.filter(isFile).map((entry) => [entry.path, keyOf(entry)]));
  const all = release.filter(isFile);
  const files = all.filter((entry) => !known.has(keyOf(entry)) && there.get(entry.path) !== keyOf(entry));
  return {
    files,
    links: release.filter((entry) => !isFile(entry)),
    bytes: files.reduce((sum, { size }) => sum + size, 0),
    kept: all.length - files.length,
  };
}

/** A file on flash takes whole blocks. */
const BLOCK = 4096;
/** For the manifest's folder, records of a failure, and temporary files. */
const RESERVE = 256 * 1024;

/** Bytes of space that a board needs for changes: the files, where links are refused also those that it has, and a reserve. */
export function spaceFor({ files }: Pick<Changes, "files">, manifestBytes: number): number {
  return files.reduce((sum, { size }) => sum + Math.ceil(size / BLOCK) * BLOCK, 0) + manifestBytes + RESERVE;
}
