// cargo: packs crates, asks a registry for a version, and publishes. The registry is that of cargo's own settings: crates.io, or the one
// that CARGO_REGISTRY_DEFAULT names.
import { globSync } from "node:fs";
import { join } from "node:path";
import { BoardkitError, type ErrorDetails } from "../../lib/errors.ts";
import { hashFile } from "../../lib/hash.ts";
import { formatCommand, run, runOrFail, tailOf } from "../exec.ts";
import type { CrateRegistry } from "../../model/report/publication.ts";

/** A packed crate: its archive, and the hash of that. */
export type PackedCrate = { name: string; version: string; path: string; sha256: string };

const NO_COLOR = { CARGO_TERM_COLOR: "never" };
const PACKED = /^ *Packaging (\S+) v(\S+) /gm;

/** Packs crates of a workspace, those that others depend on first, without compiling them; uncommitted changes are an error. */
export async function packCrates(folder: string, names: string[], targetDir: string, signal: AbortSignal): Promise<PackedCrate[]> {
  const argv = ["cargo", "package", "--locked", "--no-verify", "--target-dir", targetDir, ...packages(names)];
  const fix = "fix what cargo reports; it packs only what is committed, and each dependency by path needs a version too";
  // cargo asks the registry for crates that one of them depends on.
  const command = { argv, cwd: folder, env: NO_COLOR, signal };
  const { stderr } = await runOrFail(command, "CRATE_UNFIT", fix).catch((error: unknown) => {
    throw error instanceof BoardkitError && isAway(error.details.tail ?? "") ? registryFailed(error.details) : error;
  });
  const found = [...stderr.matchAll(PACKED)].map(([, name = "", version = ""]) => ({ name, version }));
  return Promise.all(
    found.map(async ({ name, version }) => {
      const path = join(targetDir, "package", `${name}-${version}.crate`);
      return { name, version, path, sha256: await hashFile(path) };
    }),
  );
}

/**
 * Whether a registry has a version of a crate: `same` bytes, `other` bytes, or undefined. The archives that cargo keeps of the version are
 * compared, since `cargo info` fetches the one of the registry.
 */
export async function publishedCrate(
  { name, version, sha256 }: PackedCrate,
  folder: string,
  { name: registry, home }: CrateRegistry,
  signal: AbortSignal,
): Promise<"same" | "other" | undefined> {
  const command = { argv: ["cargo", "info", `${name}@${version}`, "--registry", registry], cwd: folder, env: NO_COLOR, signal };
  const { exitCode, stderr } = await run(command);
  if (exitCode === 0) {
    const kept = globSync(join("registry/cache/*", `${name}-${version}.crate`), { cwd: home });
    const hashes = await Promise.all(kept.map((path) => hashFile(join(home, path))));
    return hashes.includes(sha256) ? "same" : "other";
  }
  if (/could not find `/.test(stderr)) return undefined;
  throw registryFailed({ command: formatCommand(command), tail: tailOf(stderr) });
}

/** Whether cargo did not reach a registry. */
const isAway = (text: string) => /failed to (?:fetch|download|update registry)|network failure/.test(text);

function registryFailed({ command, tail }: Pick<ErrorDetails, "command" | "tail">): BoardkitError {
  return new BoardkitError("cargo gets no answer from the registry of the crates", {
    code: "REGISTRY_FAILED",
    command,
    tail,
    fix: "cargo must reach the registry; for another one than crates.io set CARGO_REGISTRY_DEFAULT and name it in cargo's configuration",
  });
}

/** Compiles crates from their archives, as a user of the registry does, and publishes nothing. */
export async function tryCrates(
  folder: string,
  names: string[],
  targetDir: string,
  registry: CrateRegistry,
  signal: AbortSignal,
): Promise<void> {
  await runOrFail({ argv: publishCommand(names, targetDir, registry, "--dry-run"), cwd: folder, env: NO_COLOR, signal }, "CRATE_UNFIT");
}

/** Publishes crates, those that others depend on first. */
export async function publishCrates(
  folder: string,
  names: string[],
  targetDir: string,
  registry: CrateRegistry,
  signal: AbortSignal,
): Promise<void> {
  const fix = "run cargo login, or set CARGO_REGISTRY_TOKEN, with the right to publish the crates; the next run skips published crates";
  await runOrFail(
    { argv: publishCommand(names, targetDir, registry, "--no-verify"), cwd: folder, env: NO_COLOR, signal },
    "PUBLISH_FAILED",
    fix,
  );
}

function publishCommand(names: string[], targetDir: string, { name }: CrateRegistry, option: string): string[] {
  return ["cargo", "publish", "--locked", option, "--registry", name, "--target-dir", targetDir, ...packages(names)];
}

const packages = (names: string[]) => names.flatMap((name) => ["--package", name]);
