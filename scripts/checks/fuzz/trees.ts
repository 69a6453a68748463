// Audits random folders of packages: links that form loops or lead outside, broken and huge package.json files, broken addons, many files.
// The result must be a report or an error of Boardkit, in time, and nothing outside of the folder changes.
import { closeSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { auditApp, type AuditAppOptions } from "../../audit/app/audit-app.ts";
import type { Place } from "../../audit/place.ts";
import { BoardkitError } from "../../lib/errors.ts";
import { randomOf } from "../fixtures/random.ts";

type TreesResult = { trees: number; packages: number; refused: number; slowestMilliseconds: number; failures: string[] };

type Random = (limit: number) => number;

/** A tree that takes longer counts as a hang. */
const MOST_MILLISECONDS = 20_000;
const NAMES = ["a", "b", "@s", "node_modules", "prebuilds", "linux-arm64", "build", "Release", "bin", ".pnpm", "x".repeat(200)];
const FILES = ["package.json", "x.node", "x.linux-arm64-gnu.node", "libx.so.1", "tool", "binding.gyp", "index.js", ".package-lock.json"];
const JSONS = [
  "{",
  "[]",
  "null",
  '"x"',
  '{"name":7,"os":{},"bin":[]}',
  '{"name":"../../x","bin":"../../../etc/passwd"}',
  '{"dependencies":[1]}',
];
/** Sizes of trees that are made once. */
const MANY_FILES = 100_000;
const HUGE_JSON = 1_000_000_000;

/** Audits `count` random trees, then one with 100,000 files and one with a package.json of 1 GB; `addon` is what is mutated. */
export async function fuzzTrees(addon: Uint8Array, places: Place[], options: AuditAppOptions, count: number, seed: number) {
  const random = randomOf(seed);
  const result: TreesResult = { trees: 0, packages: 0, refused: 0, slowestMilliseconds: 0, failures: [] };
  for (let index = 0; index < count; index += 1)
    await auditOne(`tree ${index} of seed ${seed}`, (root) => plant(root, addon, random), places, options, result);
  await auditOne(`a tree of ${MANY_FILES} files`, plantMany, places, options, result);
  await auditOne("a package.json of 1 GB", plantHuge, places, options, result);
  return result;
}

async function auditOne(
  name: string,
  make: (root: string) => void,
  places: Place[],
  options: AuditAppOptions,
  result: TreesResult,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "boardkit-trees-"));
  const [root, outside] = [join(folder, "app"), join(folder, "outside")];
  mkdirSync(join(root, "node_modules"), { recursive: true });
  mkdirSync(outside);
  try {
    make(root);
    const before = countEntries(folder);
    const started = performance.now();
    try {
      result.packages += (await auditApp(root, places, options)).packages.length;
    } catch (error) {
      if (!(error instanceof BoardkitError)) throw error;
      result.refused += 1;
    }
    const took = performance.now() - started;
    result.slowestMilliseconds = Math.max(result.slowestMilliseconds, took);
    if (took > MOST_MILLISECONDS) result.failures.push(`${name}: ${took.toFixed(0)} ms`);
    if (countEntries(folder) !== before) result.failures.push(`${name}: the audit wrote into the folder`);
  } catch (error) {
    result.failures.push(`${name}: ${(error as Error).stack ?? String(error)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  result.trees += 1;
}

/** readdir's own recursion follows links. */
function countEntries(folder: string): number {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.reduce((sum, entry) => sum + 1 + (entry.isDirectory() ? countEntries(join(folder, entry.name)) : 0), 0);
}

/** Plants folders, links and files, each in a folder that this function made: nothing is written through a link. */
function plant(root: string, addon: Uint8Array, random: Random): void {
  const pick = <T>(list: T[]) => list[random(list.length)] as T;
  const folders = [join(root, "node_modules")];
  for (let left = 5 + random(40); left > 0; left -= 1) {
    const parent = pick(folders);
    const path = join(parent, random(2) === 0 ? pick(FILES) : pick(NAMES));
    try {
      const kind = random(6);
      if (kind === 0) symlinkSync(pick([".", "..", "../..", root, "/", join(root, "../outside"), "nowhere", parent]), path);
      else if (kind < 4 && !FILES.includes(basename(path))) {
        mkdirSync(path);
        folders.push(path);
      } else {
        const bytes = addon.subarray(0, random(4) === 0 ? random(addon.length) : addon.length);
        writeFileSync(path, path.endsWith(".json") ? pick(JSONS) : bytes, { flag: "wx" });
      }
    } catch (error) {
      // The name is taken.
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

function plantMany(root: string): void {
  for (let folder = 0; folder < 100; folder += 1) {
    const own = join(root, "node_modules", `p${folder}`);
    mkdirSync(own);
    writeFileSync(join(own, "package.json"), JSON.stringify({ name: `p${folder}`, version: "1.0.0" }));
    for (let file = 1; file < MANY_FILES / 100; file += 1) writeFileSync(join(own, `${file}.js`), "");
  }
}

function plantHuge(root: string): void {
  const own = join(root, "node_modules/huge");
  mkdirSync(own);
  const file = openSync(join(own, "package.json"), "w");
  ftruncateSync(file, HUGE_JSON);
  closeSync(file);
}
