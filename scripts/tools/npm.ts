// npm, as a way to fetch a package whatever its cpu field says.
import { createHash } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { BoardkitError } from "../lib/errors.ts";
import { runOrFail } from "./exec.ts";

export type NpmPackage = { package: string; version: string; integrity: string };

/** Downloads a package, verifies its integrity and unpacks it into `folder`. */
export async function fetchNpmPackage(wanted: NpmPackage, folder: string, signal: AbortSignal): Promise<void> {
  const name = `${wanted.package}@${wanted.version}`;
  const packed = await runOrFail(
    { argv: ["npm", "pack", name, "--json", "--silent", "--pack-destination", folder], cwd: folder, signal },
    "FETCH_FAILED",
    "the npm registry must be reachable by npm (its own configuration and a proxy are honoured)",
  );
  const file = join(folder, fileNameOf(packed.stdout, name));
  const integrity = `sha512-${createHash("sha512")
    .update(await readFile(file))
    .digest("base64")}`;
  if (integrity !== wanted.integrity) {
    throw new BoardkitError(`${name} has integrity ${integrity}, expected ${wanted.integrity}`, {
      code: "INTEGRITY",
      mend: "the registry served other bytes than those that were pinned in targets/toolchains; do not use them",
    });
  }
  await runOrFail({ argv: ["tar", "-xzf", file, "-C", folder, "--strip-components=1"], signal }, "UNPACK_FAILED");
  await rm(file);
}

// npm 10 and 11 print an array of packages; npm 12 prints an object by name.
function fileNameOf(json: string, name: string): string {
  const parsed = JSON.parse(json) as Record<string, { filename?: string }>;
  const filename = Object.values(parsed)[0]?.filename;
  if (!filename) throw new BoardkitError(`npm pack ${name} named no file`, { code: "FETCH_FAILED", tail: json });
  return filename.split("/").at(-1) ?? filename;
}
