// Archives in memory: npm tarballs and Python wheels -> the files in them. Bytes in, files out, nothing is extracted to a disk.
import { gunzipSync } from "node:zlib";
import { unzipSync } from "fflate";
import { parseTar } from "nanotar";
import { BoardkitError } from "../lib/errors.ts";

export type ArchivedFile = { name: string; bytes: Uint8Array };

/** Most bytes that an archive may unpack to: a bomb is refused, and the largest package on npm is not. */
const MOST_BYTES = 1_000_000_000;

/** Whether a file name is one of an archive that is read here. */
export function isArchive(name: string): boolean {
  return /\.(tgz|tar\.gz|whl)$/.test(name);
}

/** The files of an archive that the filter takes, by their names in it. */
export function readArchive(bytes: Uint8Array, name: string, wanted: (name: string) => boolean): ArchivedFile[] {
  try {
    return name.endsWith(".whl") ? readZip(bytes, name, wanted) : readTarball(bytes, wanted);
  } catch (error) {
    if (error instanceof BoardkitError) throw error;
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(name);
    throw badArchive(`${name} cannot be unpacked: ${(error as Error).message}`, name, "give a whole .tgz or .whl", error);
  }
}

function readTarball(bytes: Uint8Array, wanted: (name: string) => boolean): ArchivedFile[] {
  const tar = gunzipSync(bytes, { maxOutputLength: MOST_BYTES });
  // nanotar reads the buffer below the bytes from its start, and a small result of zlib lies somewhere in a shared one.
  const own = tar.buffer.byteLength === tar.length ? tar : new Uint8Array(tar);
  return parseTar(own).flatMap(({ name, data }) => (data && wanted(name) ? [{ name, bytes: data }] : []));
}

function readZip(bytes: Uint8Array, archive: string, wanted: (name: string) => boolean): ArchivedFile[] {
  let total = 0;
  const files = unzipSync(bytes, {
    filter: ({ name, originalSize }) => {
      if (!wanted(name)) return false;
      total += originalSize;
      if (total > MOST_BYTES) throw tooLarge(archive);
      return true;
    },
  });
  return Object.entries(files).map(([name, data]) => ({ name, bytes: data }));
}

function tooLarge(name: string): BoardkitError {
  return badArchive(`${name} unpacks to more than ${MOST_BYTES / 1e6} MB`, name, "unpack it yourself, and audit the folder");
}

function badArchive(message: string, place: string, mend: string, cause?: unknown): BoardkitError {
  return new BoardkitError(message, { code: "BAD_ARCHIVE", exit: "usage", place, mend, cause });
}
