// Reads npm tarballs, Python wheels, Debian and OpenWrt packages in memory: bytes in, files out. Nothing is written to disk.
import { unzipSync } from "fflate";
import { parseTar } from "nanotar";
import { BoardkitError } from "../errors.ts";
import { isAr, parseAr } from "./ar.ts";
import { decompress, isTooLarge, MOST_BYTES } from "./compression.ts";

export type ArchivedFile = { name: string; bytes: Uint8Array };

/** Whether a file name is that of a supported archive. */
export function isArchive(name: string): boolean {
  return /\.(tgz|tar\.gz|whl|deb|ipk|apk)$/.test(name);
}

/** The files of an archive whose names in it pass the filter. */
export async function readArchive(bytes: Uint8Array, name: string, filter: (name: string) => boolean): Promise<ArchivedFile[]> {
  try {
    if (name.endsWith(".whl")) return readZip(bytes, name, filter);
    const tar = /\.(deb|ipk)$/.test(name) ? await memberOfPackage(bytes, "data") : await decompress(bytes);
    return readTar(tar, filter);
  } catch (error) {
    if (error instanceof BoardkitError) throw error;
    if (isTooLarge(error)) throw tooLarge(name);
    const fix = "pass a complete file, or unpack it yourself and audit the folder";
    throw badArchive(`${name} cannot be unpacked: ${(error as Error).message}`, name, fix, error);
  }
}

function readTar(tar: Uint8Array, filter: (name: string) => boolean): ArchivedFile[] {
  // nanotar reads the underlying buffer from its start, but small results of zlib are slices of a shared buffer.
  const own = tar.buffer.byteLength === tar.length ? tar : new Uint8Array(tar);
  return parseTar(own).flatMap(({ name, type, data }) => {
    // An empty file has no data.
    const bytes = data ?? (type === "file" ? new Uint8Array() : undefined);
    return bytes && filter(name) ? [{ name: name.replace(/^\.\//, ""), bytes }] : [];
  });
}

/** The control data of a Debian or OpenWrt package (.deb, .ipk), as deb-control(5) describes them. */
export async function readControl(bytes: Uint8Array): Promise<string> {
  const [control] = readTar(await memberOfPackage(bytes, "control"), (name) => name.replace(/^\.\//, "") === "control");
  if (!control) throw new TypeError("its control.tar has no file control");
  return Buffer.from(control.bytes).toString("utf8");
}

// A Debian package is an ar archive. An OpenWrt package is a gzipped tar; older ones are ar. The installed files are in the member data.tar
// (deb(5)).
async function memberOfPackage(bytes: Uint8Array, member: "control" | "data"): Promise<Uint8Array> {
  const isWanted = (name: string) => new RegExp(`^${member}\\.tar(\\.\\w+)?$`).test(name);
  const members = isAr(bytes) ? parseAr(bytes) : readTar(await decompress(bytes), (name) => isWanted(name.replace(/^\.\//, "")));
  const found = members.find(({ name }) => isWanted(name));
  if (!found) throw new TypeError(`it has no ${member}.tar`);
  return found.name === `${member}.tar` ? found.bytes : decompress(found.bytes);
}

function readZip(bytes: Uint8Array, archive: string, filter: (name: string) => boolean): ArchivedFile[] {
  let total = 0;
  const files = unzipSync(bytes, {
    filter: ({ name, originalSize }) => {
      if (!filter(name)) return false;
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

function badArchive(message: string, place: string, fix: string, cause?: unknown): BoardkitError {
  return new BoardkitError(message, { code: "BAD_ARCHIVE", exit: "usage", place, fix, cause });
}
