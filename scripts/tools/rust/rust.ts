// rustc, cargo and rustup: facts of the host and of a project; standard libraries and toolchains.
import { existsSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { metadataFault, rustcFault, wantsNewLockfile } from "./cargo-fault.ts";
import { formatCommand, run, runOrFail, type Outcome } from "../exec.ts";

export type RustFacts = {
  /** `rustc 1.95.0 (59807616e 2026-04-14)`. */
  version: string;
  /** The compiler's commit; the source paths in a published standard library begin with `/rustc/<commit>`. */
  commit: string;
  sysroot: string;
  /** cargo's folder of this user. */
  cargoHome: string;
  /** The folder in which rustc ran: a rust-toolchain.toml in it or above selects the toolchain. */
  folder: string;
  host: string;
  hasSource: boolean;
};

/** Reads the facts of the rustc that is active in a folder. */
export async function readRustFacts(cwd: string, signal: AbortSignal): Promise<RustFacts> {
  const [version, sysroot] = await Promise.all([askRustc(["-vV"], cwd, signal), askRustc(["--print", "sysroot"], cwd, signal)]);
  const lines = version.stdout.trim().split("\n");
  const root = sysroot.stdout.trim();
  return {
    version: lines[0] ?? "",
    host: valueOf(lines, "host"),
    commit: valueOf(lines, "commit-hash"),
    sysroot: root,
    cargoHome: cargoHome(process.env),
    folder: cwd,
    hasSource: existsSync(join(root, "lib/rustlib/src/rust/library/std/Cargo.toml")),
  };
}

/** cargo's folder of this user: https://doc.rust-lang.org/cargo/guide/cargo-home.html */
export function cargoHome(env: NodeJS.ProcessEnv): string {
  return resolve(env.CARGO_HOME || join(homedir(), ".cargo"));
}

async function askRustc(args: string[], cwd: string, signal: AbortSignal): Promise<Outcome> {
  const outcome = await run({ argv: ["rustc", ...args], cwd, env: RUSTUP_ENV, signal });
  if (outcome.exitCode === 0) return outcome;
  throw rustcFault(cwd, outcome.stderr);
}

const valueOf = (lines: string[], key: string) => lines.find((line) => line.startsWith(`${key}: `))?.slice(key.length + 2) ?? "";

/**
 * Pairs of a path and its replacement in compiled files, so that a build gives the same bytes in every folder. If two pairs match a path,
 * rustc takes the later one.
 */
export function pathRemaps(rust: RustFacts, metadata: CargoMetadata): [from: string, to: string][] {
  // The parent folder of a crate: its name has a hash of the registry's address, which differs for a mirror.
  const external = metadata.packages.filter(({ source }) => source !== null).map((item) => dirname(dirname(item.manifest_path)));
  return [
    [metadata.workspace_root, "/project"],
    ...[...new Set(external)].toSorted().map((folder): [string, string] => [folder, "/crates"]),
    [join(rust.sysroot, "lib/rustlib/src/rust"), `/rustc/${rust.commit}`],
  ];
}

/** Whether the compiled standard library of a target is installed. */
export function hasStd(facts: RustFacts, triple: string): boolean {
  return existsSync(join(facts.sysroot, "lib/rustlib", triple, "lib"));
}

/** Whether an earlier request showed that rustup has no compiled standard library for this compiler and target. */
export function isStdUnavailable(cache: string, facts: RustFacts, triple: string): boolean {
  return existsSync(unavailableMark(cache, facts, triple));
}

/** Whether set-up would request the compiled standard library of a target from rustup. */
export function isStdOpen(cache: string, facts: RustFacts, triple: string): boolean {
  return !hasStd(facts, triple) && !isStdUnavailable(cache, facts, triple);
}

/** Adds the compiled standard library of a target to the project's toolchain; false if rustup has none. */
export async function addStd(cache: string, facts: RustFacts, triple: string, signal: AbortSignal): Promise<boolean> {
  const outcome = await run({ argv: ["rustup", "target", "add", triple], cwd: facts.folder, env: RUSTUP_ENV, signal });
  if (outcome.exitCode === 0) return true;
  const mark = unavailableMark(cache, facts, triple);
  await mkdir(dirname(mark), { recursive: true });
  await writeFile(mark, outcome.stderr);
  return false;
}

/** Adds the source of the standard library to the project's toolchain, for targets without a compiled one. */
export async function addStdSource({ folder }: RustFacts, signal: AbortSignal): Promise<void> {
  await runOrFail(
    { argv: ["rustup", "component", "add", "rust-src"], cwd: folder, env: RUSTUP_ENV, signal },
    "RUST_SRC_MISSING",
    "rustup must reach its server; without rustup, put the source of this version into `$(rustc --print sysroot)/lib/rustlib/src/rust`",
  );
}

/** Whether a toolchain with Miri is installed. */
export async function hasMiri(toolchain: string, signal: AbortSignal): Promise<boolean> {
  const outcome = await run({ argv: ["cargo", `+${toolchain}`, "miri", "--version"], env: RUSTUP_ENV, signal });
  return outcome.exitCode === 0;
}

/** Installs a toolchain with Miri. */
export async function addMiri(toolchain: string, signal: AbortSignal): Promise<void> {
  const components = ["--profile", "minimal", "--component", "miri", "--component", "rust-src"];
  await runOrFail({ argv: ["rustup", "toolchain", "install", toolchain, ...components], env: RUSTUP_ENV, signal }, "MIRI_MISSING");
}

/** Compiles a program from crates.io with the versions of its own lock file, into `bin/` of a folder. */
export async function installCrate(
  { package: name, version }: { package: string; version: string },
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const target = join(folder, ".target");
  await runOrFail(
    {
      argv: ["cargo", "install", name, "--version", `=${version}`, "--locked", "--root", folder, "--target-dir", target],
      cwd: folder,
      signal,
    },
    "FETCH_FAILED",
    "cargo must reach crates.io; check cargo's configuration",
  );
  await rm(target, { recursive: true, force: true });
}

// Otherwise rustup prints a backtrace for a target that its server does not have.
const RUSTUP_ENV = { RUST_BACKTRACE: "0" };

function unavailableMark(cache: string, facts: RustFacts, triple: string): string {
  return join(cache, "rust-std", facts.version.replaceAll(/[^\w.]+/g, "-"), `${triple}.unavailable`);
}

export type CargoPackage = {
  id: string;
  name: string;
  version: string;
  /** SPDX expression, or an old form of it with a slash. */
  license: string | null;
  repository: string | null;
  manifest_path: string;
  source: string | null;
  dependencies: { name: string }[];
  targets: { name: string; kind: string[]; test: boolean }[];
  features: Record<string, string[]>;
};
export type CargoMetadata = {
  packages: CargoPackage[];
  workspace_members: string[];
  workspace_root: string;
  target_directory: string;
  resolve: { nodes: { id: string; dependencies: string[]; deps: { pkg: string; dep_kinds: { kind: string | null }[] }[] }[] };
};

// Selects crate versions that the project's `rust-version`, or else the compiler, can compile.
const FITTING_VERSIONS = { CARGO_RESOLVER_INCOMPATIBLE_RUST_VERSIONS: "fallback" };

export type ReadMetadata = {
  metadata: CargoMetadata;
  /** The lock file was missing and has been created. */
  newLockfile: boolean;
};

/** `cargo metadata` of a manifest, with the resolved dependencies. An outdated lock file is an error, a missing one is created. */
export async function readCargoMetadata(manifest: string, signal: AbortSignal): Promise<ReadMetadata> {
  const argv = ["cargo", "metadata", "--format-version=1", `--manifest-path=${manifest}`];
  // Offline first: it is quick, and enough once the dependencies are downloaded.
  for (const flags of [["--locked", "--offline"], ["--locked"]]) {
    const command = { argv: [...argv, ...flags], cwd: dirname(manifest), env: RUSTUP_ENV, signal };
    const outcome = await run(command);
    if (outcome.exitCode === 0) return { metadata: JSON.parse(outcome.stdout) as CargoMetadata, newLockfile: false };
    // Offline, a new lock file would name the versions that this host happens to have, not the newest ones.
    if (wantsNewLockfile(outcome.stderr)) break;
    if (flags.length === 1) throw metadataFault(manifest, outcome.stderr, formatCommand(command));
  }
  const command = { argv, cwd: dirname(manifest), env: { ...RUSTUP_ENV, ...FITTING_VERSIONS }, signal };
  const outcome = await run(command);
  if (outcome.exitCode !== 0) throw metadataFault(manifest, outcome.stderr, formatCommand(command));
  return { metadata: JSON.parse(outcome.stdout) as CargoMetadata, newLockfile: true };
}

/** Sorted folders of these packages and of all local packages that they depend on. */
export function localClosure(metadata: CargoMetadata, manifests: string[]): string[] {
  const byId = new Map(metadata.packages.map((item) => [item.id, item]));
  const nodes = new Map(metadata.resolve.nodes.map((node) => [node.id, node.dependencies]));
  const todo = metadata.packages.filter((item) => manifests.includes(item.manifest_path)).map((item) => item.id);
  const seen = new Set<string>();
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    todo.push(...(nodes.get(id) ?? []));
  }
  const local = [...seen].map((id) => byId.get(id)).filter((item) => item !== undefined && item.source === null);
  return local.map((item) => dirname((item as CargoPackage).manifest_path)).toSorted();
}

/** The name of the package at a manifest, if it has no target for `cargo test`. */
export function untestedPackage(metadata: CargoMetadata, manifest: string): string | undefined {
  const found = metadata.packages.find((item) => item.manifest_path === manifest);
  return found?.targets.every((target) => !target.test) ? found.name : undefined;
}

/** The manifest of a local package by its name. */
export function manifestOf(metadata: CargoMetadata, name: string): string {
  const found = metadata.packages.find((item) => item.name === name && item.source === null);
  if (found) return found.manifest_path;
  throw new BoardkitError(`no crate ${name} in the workspace ${metadata.workspace_root}`, {
    code: "BAD_DATA",
    exit: "usage",
    fix: "name crates of this workspace in boardkit.tests of package.json",
  });
}
