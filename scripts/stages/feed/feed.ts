// Packages -> a feed: a folder that any web server serves, and that apt, opkg and apk install from. Its indexes list every package in it,
// so that older versions stay until somebody removes their files.
import { existsSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { hashBytes, hashFile } from "../../lib/hash.ts";
import { writeWhole } from "../../lib/whole-file.ts";
import type { FeedReport } from "../../model/report/feed.ts";
import { APK_INDEX, apkIndex } from "./apk.ts";
import { APT_DISTS, byHashPaths, packageIndexes, releaseText, sourceText } from "./apt.ts";
import { apkPublic, type FeedKeys, readKeys, requireOutside } from "./keys.ts";
import { clearSign, openpgpPublic } from "./openpgp.ts";
import { opkgFiles } from "./opkg.ts";
import { type FeedPackage, isPackage, readPackage } from "./package-files.ts";
import { publicText } from "./usign.ts";

export type FeedOptions = {
  /** Folder of the feed. */
  folder: string;
  /** Folder with packages to add. */
  from: string;
  /** Folder of the secret keys. */
  keys: string;
  /** Name of the feed on machines: lower-case letters, digits, `.`, `+` and `-`. */
  name: string;
  /** Address of the folder on the web, without a slash at the end. */
  url: string;
  date: Date;
};

/** Adds packages to a feed, and writes its indexes. Nothing is written before all packages and keys are read. */
export async function writeFeed(options: FeedOptions): Promise<FeedReport> {
  const { folder, from, name, url } = options;
  requireOutside(options.keys, [folder, from]);
  const keys = await readKeys(options.keys);
  const added = await addPackages(folder, await packagesIn(from));
  const packages = (await readFeed(folder)).toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const of = (format: string) => packages.filter((one) => one.format === format);
  await writeApt(options, of("deb"), keys);
  await writeOpkg(folder, of("ipk"), keys);
  await writeApk(options, of("apk"), keys);
  return {
    schema: 1,
    name,
    url,
    opkgKey: keys.opkg.id.toString("hex"),
    packages: packages.map(({ format, name: packageName, version, architecture, path, bytes, sha256 }) => ({
      format,
      name: packageName,
      version,
      architecture,
      path,
      bytes,
      sha256,
      added: added.has(path),
    })),
  };
}

async function packagesIn(from: string): Promise<Map<string, FeedPackage>> {
  const names = existsSync(from) ? (await readdir(from)).filter(isPackage).toSorted() : [];
  if (names.length === 0) {
    throw new BoardkitError(`there is no package of Debian or OpenWrt in ${from}`, {
      code: "NO_PACKAGES",
      exit: "nothingMatched",
      fix: "run: boardkit package; or name the folder of other packages with --from",
    });
  }
  const found = new Map<string, FeedPackage>();
  for (const file of names) found.set(join(from, file), await readPackage(join(from, file)));
  return found;
}

/** Copies packages into the feed; returns the paths of those that it did not have. A version keeps its bytes for ever. */
async function addPackages(folder: string, packages: Map<string, FeedPackage>): Promise<Set<string>> {
  const known = new Map<string, string>();
  for (const [file, { path, sha256 }] of packages) {
    const place = join(folder, path);
    const before = known.get(path) ?? (existsSync(place) ? await hashFile(place) : sha256);
    known.set(path, sha256);
    if (before === sha256) continue;
    throw new BoardkitError(`the feed has this version already, with other bytes: ${path}`, {
      code: "VERSION_EXISTS",
      exit: "usage",
      place: file,
      fix: "give the package another version: machines that have this one would not take the new bytes",
    });
  }
  const added = new Set<string>();
  for (const [file, { path }] of packages) {
    if (existsSync(join(folder, path))) continue;
    await writeWhole(join(folder, path), await readFile(file));
    added.add(path);
  }
  return added;
}

/** All packages of a feed. */
async function readFeed(folder: string): Promise<FeedPackage[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const packages: FeedPackage[] = [];
  for (const entry of entries) {
    if (entry.isFile() && isPackage(entry.name)) packages.push(await readPackage(join(entry.parentPath, entry.name)));
  }
  return packages;
}

/** Files of which others depend come first: a machine that updates meanwhile gets the old feed or the new one. */
async function writeApt({ folder, name, url, date }: FeedOptions, packages: FeedPackage[], { apt }: FeedKeys): Promise<void> {
  const dists = join(folder, APT_DISTS);
  const before = existsSync(join(dists, "Release")) ? await readFile(join(dists, "Release"), "utf8") : "";
  if (packages.length === 0 && before === "") return;
  const indexes = packageIndexes(packages);
  const release = releaseText(indexes, name, date);
  for (const [path, bytes] of Object.entries(indexes)) {
    await writeWhole(join(dists, dirname(path), "by-hash/SHA256", hashBytes(bytes)), bytes);
    await writeWhole(join(dists, path), bytes);
  }
  await writeWhole(join(folder, "apt", `${name}.sources`), sourceText(url, openpgpPublic(apt)));
  await writeWhole(join(dists, "Release"), release);
  await writeWhole(join(dists, "InRelease"), await clearSign(release, apt, date));
  // A machine with the Release before this one asks for its indexes by their hashes.
  await keepOnly(dists, new Set([...byHashPaths(before), ...byHashPaths(release)]));
}

async function keepOnly(dists: string, kept: Set<string>): Promise<void> {
  for (const entry of await readdir(dists, { withFileTypes: true, recursive: true })) {
    const path = relative(dists, join(entry.parentPath, entry.name));
    if (entry.isFile() && path.includes("/by-hash/") && !kept.has(path)) await rm(join(dists, path));
  }
}

async function writeOpkg(folder: string, packages: FeedPackage[], { opkg }: FeedKeys): Promise<void> {
  for (const architecture of await architecturesOf(folder, "opkg")) {
    const some = packages.filter(({ path }) => path.startsWith(`opkg/${architecture}/`));
    for (const [file, content] of Object.entries(opkgFiles(some, opkg)))
      await writeWhole(join(folder, "opkg", architecture, file), content);
  }
  if (packages.length > 0) await writeWhole(join(folder, "opkg", opkg.id.toString("hex")), publicText(opkg));
}

async function writeApk({ folder, name }: FeedOptions, packages: FeedPackage[], { apk }: FeedKeys): Promise<void> {
  const keyFile = `${name}.rsa.pub`;
  for (const architecture of await architecturesOf(folder, "apk")) {
    const some = packages.filter(({ path }) => path.startsWith(`apk/${architecture}/`));
    await writeWhole(join(folder, "apk", architecture, APK_INDEX), await apkIndex(some, name, apk, keyFile));
  }
  if (packages.length > 0) await writeWhole(join(folder, "apk", keyFile), apkPublic(apk));
}

/** Folders of architectures, also of those whose last package was removed. */
async function architecturesOf(folder: string, kind: string): Promise<string[]> {
  const place = join(folder, kind);
  if (!existsSync(place)) return [];
  return (await readdir(place, { withFileTypes: true })).flatMap((entry) => (entry.isDirectory() ? [entry.name] : [])).toSorted();
}
