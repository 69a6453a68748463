// What cargo compiles for this machine with `--target`, procedural macros and build scripts, is the same for every target. Each target has
// its own target directory, since cargo locks it during a build; these units are compiled in one of them, and the others take them.
import { constants, existsSync, readdirSync, statSync } from "node:fs";
import { cp, mkdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

const FINGERPRINTS = ".fingerprint";
/** The file that cargo writes into a unit's fingerprint when the unit begins; the others follow when it has ended. */
const BEGUN = "invoked.timestamp";

/** The group of targets of which the first one compiles the units for this machine; none if they can be taken from a directory already. */
export function groupOf({ targetDir }: { targetDir: string }): string | undefined {
  const beside = dirname(targetDir);
  return list(beside).some((name) => profileFolders(join(beside, name)).length > 0) ? undefined : beside;
}

/** Copies the units for this machine that target directories beside this one have, and it has not. */
export async function takeHostUnits(targetDir: string): Promise<void> {
  const beside = dirname(targetDir);
  const others = list(beside).filter((name) => name !== basename(targetDir));
  for (const other of others.toSorted())
    for (const folder of profileFolders(join(beside, other))) await takeUnits(join(beside, other, folder), join(targetDir, folder));
}

/** The folders of cargo's profiles, such as `release`; those for the target are one level below. */
function profileFolders(targetDir: string): string[] {
  return list(targetDir).filter((name) => existsSync(join(targetDir, name, FINGERPRINTS)));
}

async function takeUnits(from: string, to: string): Promise<void> {
  const known = new Set(list(join(to, FINGERPRINTS)));
  const missing = list(join(from, FINGERPRINTS)).filter((unit) => !known.has(unit));
  if (missing.length === 0) return;
  // `libsyn-<hash>.rlib`, `libserde_derive-<hash>.so`, `syn-<hash>.d`: by the hash at the end of the stem.
  const files = Map.groupBy(list(join(from, "deps")), (file) => hashOf(file.replace(/\..*$/, "")));
  await mkdir(join(to, "deps"), { recursive: true });
  await mkdir(join(to, "build"), { recursive: true });
  await mkdir(join(to, FINGERPRINTS), { recursive: true });
  for (const unit of missing) {
    if (list(join(from, FINGERPRINTS, unit)).every((file) => file === BEGUN)) continue;
    await takeUnit(unit, files.get(hashOf(unit)) ?? [], from, to).catch((error: NodeJS.ErrnoException) => {
      // Another cargo compiles the unit again at this moment; then so does the cargo of this directory.
      if (error.code !== "ENOENT") throw error;
    });
  }
}

async function takeUnit(unit: string, files: string[], from: string, to: string): Promise<void> {
  for (const file of files) await copy(join(from, "deps", file), join(to, "deps", file));
  const script = join(from, "build", unit);
  if (existsSync(script)) await copy(script, join(to, "build", unit));
  // Last and at once: cargo takes a unit with a fingerprint for complete.
  const partial = join(to, FINGERPRINTS, `.partial-${unit}`);
  await rm(partial, { recursive: true, force: true });
  await copy(join(from, FINGERPRINTS, unit), partial);
  await rename(partial, join(to, FINGERPRINTS, unit));
}

const hashOf = (name: string) => name.slice(name.lastIndexOf("-") + 1);

/** cargo compares the times of files. */
async function copy(from: string, to: string): Promise<void> {
  await cp(from, to, { recursive: true, preserveTimestamps: true, mode: constants.COPYFILE_FICLONE });
}

function list(folder: string): string[] {
  return existsSync(folder) && statSync(folder).isDirectory() ? readdirSync(folder) : [];
}
