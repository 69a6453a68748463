// The store in the cache folder: fetches, verifies and unpacks the toolchains of targets/toolchains.
import { existsSync, readFileSync } from "node:fs";
import { chmod, mkdir, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { BoardkitError, describeError } from "../../lib/errors.ts";
import { findPaths } from "../../lib/glob.ts";
import { hashValue } from "../../lib/hash.ts";
import { fillFolder } from "../../lib/paths.ts";
import type { Source, Toolchain } from "../../model/targets/toolchain.ts";
import { fetchDebianPackages } from "../packages/apt.ts";
import { fetchCrateSource } from "../rust/crate-source.ts";
import { installCrate } from "../rust/rust.ts";
import { buildGoProgram } from "../compilers/go.ts";
import { buildMusl, buildPreload, emulationSource, MUSL_HELPERS } from "../compilers/musl.ts";
import { downloadsOf, watchDownloads } from "../packages/downloads.ts";
import { fetchNpmPackage } from "../packages/npm.ts";
import { fetchWheel } from "../packages/pip.ts";
import type { ZigPaths } from "../compilers/zig.ts";
import { assembleKernel } from "./kernel.ts";

/**
 * Folder of a toolchain in the store. Its name has a hash of the description and of the C files to compile, so that each change gives a new
 * folder.
 */
export function storeFolder(cache: string, item: Toolchain): string {
  const files = [...(item.preload?.sources ?? []), ...(item.sources.some(({ kind }) => kind === "musl") ? [MUSL_HELPERS] : [])];
  const texts = files.map((file) => readFileSync(emulationSource(file), "utf8"));
  return join(cache, "store", `${item.id}-${item.version}-${hashValue(texts.length > 0 ? [item, texts] : item).slice(0, 8)}`);
}

/** Path of a file that an item provides, by its name in `provides`. */
export function provided(cache: string, item: Toolchain, name: string): string {
  const path = item.provides[name];
  if (path === undefined) {
    throw new BoardkitError(`${item.id} provides no ${name}`, {
      code: "BAD_DATA",
      exit: "usage",
      place: `targets/toolchains/${item.id}.json`,
      fix: `add "${name}" to provides`,
    });
  }
  return join(storeFolder(cache, item), path);
}

/** The command for a program of an item with its own C library. */
export function providedProgram(cache: string, item: Toolchain, name: string): string[] {
  return [provided(cache, item, "loader"), "--library-path", provided(cache, item, "libraries"), provided(cache, item, name)];
}

/** Path of a preloaded library for the emulated program: in its sysroot. */
export function preloadPath(source: string): string {
  return `/lib/${source.replace(/\.c$/, ".so")}`;
}

/** Whether an item is in the store. */
export function isStored(cache: string, item: Toolchain): boolean {
  return existsSync(storeFolder(cache, item));
}

/** Compilers for items that are fetched as source; they are items of the store too. */
export type Compilers = { zig: ZigPaths; go: string };

/** Gets the bytes that are downloaded so far. */
type ReportBytes = (bytes: number) => void;

/** Fetches an item from the first of its sources that answers; returns the bytes of its downloads. */
export async function store(
  cache: string,
  item: Toolchain,
  compilers: Compilers,
  signal: AbortSignal,
  report: ReportBytes,
): Promise<number> {
  const usable = item.sources.filter((source) => source.kind !== "pypi" || source.host === undefined || source.host === process.arch);
  if (usable.length === 0) {
    throw new BoardkitError(`${item.id} has no source for ${process.platform}-${process.arch}`, {
      code: "NO_SOURCE",
      exit: "toolMissing",
      fix: `add one to targets/toolchains/${item.id}.json`,
    });
  }
  const failures: unknown[] = [];
  for (const source of usable) {
    try {
      return await fillFolder(storeFolder(cache, item), async (folder) => {
        const bytes = await watchDownloads(folder, report, () => fetchSource(cache, source, folder, compilers, signal));
        await finish(item, folder, compilers.zig, signal);
        return bytes;
      });
    } catch (error) {
      signal.throwIfAborted();
      failures.push(error);
    }
  }
  if (failures.length === 1) throw failures[0];
  throw new BoardkitError(`all sources of ${item.id} failed`, {
    code: "FETCH_FAILED",
    tail: failures.map(describeError).join("\n"),
    fix: `one of the sources in targets/toolchains/${item.id}.json must be reachable`,
  });
}

async function fetchSource(cache: string, source: Source, folder: string, { zig, go }: Compilers, signal: AbortSignal): Promise<void> {
  if (source.kind === "pypi") await fetchWheel(cache, source, folder, signal);
  else if (source.kind === "npm") await fetchNpmPackage(source, folder, signal);
  else if (source.kind === "debian") await fetchDebianPackages(cache, source, folder, signal);
  else if (source.kind === "cargo") await installCrate(source, folder, signal);
  else if (source.kind === "crate") await fetchCrateSource(source, folder, signal);
  else if (source.kind === "go") await buildGoProgram(go, source, folder, signal);
  else await buildMusl(cache, source, folder, zig, signal);
}

/** Adds links and execute bits, removes the downloads, and checks that every file in `provides` exists. */
async function finish(item: Toolchain, folder: string, zig: ZigPaths, signal: AbortSignal): Promise<void> {
  await rm(downloadsOf(folder), { recursive: true, force: true });
  for (const [link, target] of Object.entries(item.links)) {
    const place = dirname(join(folder, link));
    await mkdir(place, { recursive: true });
    await symlink(target.includes("*") ? await onlyMatch(target, place) : target, join(folder, link));
  }
  if (item.kernel) await assembleKernel(item.kernel, folder);
  for (const pattern of item.executable) {
    for (const file of await matchesOf(pattern, folder)) await chmod(join(folder, file), 0o755);
  }
  for (const file of item.preload?.sources ?? []) {
    const { zigTarget = "", zigCpu = "" } = item.preload ?? {};
    await buildPreload(file, zigTarget, zigCpu, join(folder, item.provides.root ?? "", preloadPath(file)), zig, signal);
  }
  for (const [name, path] of Object.entries(item.provides)) {
    if (existsSync(join(folder, path))) continue;
    throw new BoardkitError(`${item.id} should provide ${name} at ${path}, but the download has no such file`, {
      code: "FETCH_FAILED",
      place: `targets/toolchains/${item.id}.json`,
    });
  }
}

/** The only name that matches a pattern, for example the architecture of the host. */
async function onlyMatch(pattern: string, cwd: string): Promise<string> {
  const found = await matchesOf(pattern, cwd);
  if (found.length === 1 && found[0]) return found[0];
  throw wrongMatch(pattern, cwd, found.join(", "));
}

/** All names that match a pattern, at least one. */
async function matchesOf(pattern: string, cwd: string): Promise<string[]> {
  const found = await findPaths(pattern, cwd);
  if (found.length > 0) return found;
  throw wrongMatch(pattern, cwd, "nothing");
}

function wrongMatch(pattern: string, place: string, what: string): BoardkitError {
  return new BoardkitError(`${pattern} matches ${what} in the download`, { code: "FETCH_FAILED", place });
}
