// Package files -> what a feed says of them: name, version, architecture, and the data that the index repeats.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, extname } from "node:path";
import { readApkControl } from "../../lib/archive/apk.ts";
import { readControl } from "../../lib/archive/archive.ts";
import { BoardkitError } from "../../lib/errors.ts";
import { hashBytes } from "../../lib/hash.ts";
import type { SystemFormat } from "../../tools/packages/nfpm.ts";

export type FeedPackage = {
  format: SystemFormat;
  name: string;
  version: string;
  architecture: string;
  bytes: number;
  /** SHA-256 of the file, in hexadecimal. */
  sha256: string;
  /** Path in the feed. */
  path: string;
  /** Control data of .deb and .ipk; .PKGINFO of .apk. */
  control: string;
  /** SHA-1 of the control part of an .apk, in base64: apk's name for the package. */
  identity?: string;
};

/** Whether a file is one that a feed takes. */
export function isPackage(file: string): boolean {
  return /\.(deb|ipk|apk)$/.test(file);
}

/** Reads a package file. */
export async function readPackage(file: string): Promise<FeedPackage> {
  const bytes = await readFile(file);
  const format = extname(file).slice(1) as SystemFormat;
  try {
    return { ...(format === "apk" ? apkFacts(bytes) : await controlFacts(bytes, format)), bytes: bytes.length, sha256: hashBytes(bytes) };
  } catch (error) {
    throw new BoardkitError(`${basename(file)} is not a package that a feed can have: ${(error as Error).message}`, {
      code: "BAD_ARCHIVE",
      exit: "usage",
      place: file,
      fix: "make it again: boardkit package; or remove it from that folder",
      cause: error,
    });
  }
}

type Facts = Omit<FeedPackage, "bytes" | "sha256">;

async function controlFacts(bytes: Uint8Array, format: "deb" | "ipk"): Promise<Facts> {
  const control = `${(await readControl(bytes)).trim()}\n`;
  const field = (name: string) => checked(name, new RegExp(`^${name}: *(.*)$`, "m").exec(control)?.[1]);
  const [name, version, architecture] = [field("Package"), field("Version"), field("Architecture")];
  // A file name has no epoch, as in Debian's archive.
  const file = `${name}_${version.replace(/^\d+:/, "")}_${architecture}.${format}`;
  return { format, name, version, architecture, control, path: format === "deb" ? `apt/pool/${file}` : `opkg/${architecture}/${file}` };
}

function apkFacts(bytes: Uint8Array): Facts {
  const { info, stream } = readApkControl(bytes);
  const field = (key: string) => checked(key, new RegExp(`^${key} = (.*)$`, "m").exec(info)?.[1]);
  const [name, version, architecture] = [field("pkgname"), field("pkgver"), field("arch")];
  if (architecture === "noarch") throw new TypeError("apk looks for it below the architecture of each device: pack it for each of them");
  return {
    format: "apk",
    name,
    version,
    architecture,
    control: info,
    identity: createHash("sha1").update(stream).digest("base64"),
    path: `apk/${architecture}/${name}-${version}.apk`,
  };
}

/** They become parts of file names and addresses. */
function checked(field: string, value = ""): string {
  if (/^[A-Za-z0-9][A-Za-z0-9.+~:_-]*$/.test(value)) return value;
  throw new TypeError(value === "" ? `it has no ${field}` : `its ${field} is ${JSON.stringify(value)}`);
}
