// Gathers what planning must know: the compiler, its standard libraries, the project's crates.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Project } from "../../model/project.ts";
import type { BuilderChoice } from "../../model/builder.ts";
import type { Triple } from "../../model/targets/triple.ts";
import { readAddonCrate } from "../../tools/rust/addon-crate.ts";
import { readCommit } from "../../tools/git.ts";
import { napiCli } from "../../tools/rust/napi.ts";
import {
  hasStd,
  localClosure,
  manifestOf,
  pathRemaps,
  readRustFacts,
  untestedPackage,
  type CargoMetadata,
  type RustFacts,
} from "../../tools/rust/rust.ts";
import { examineBuilders, type EngineSearch } from "./builders.ts";
import type { Context } from "../context.ts";
import type { Facts } from "./inputs.ts";

/** What the user said that facts depend on. */
export type Wish = EngineSearch & { builder: BuilderChoice };

/** Asks rustc and cargo, and a container engine where one may be needed. */
export async function gatherFacts(
  project: Project,
  targets: Triple[],
  wish: Wish,
  context: Context,
): Promise<{ facts: Facts; rust: RustFacts }> {
  const { cache, signal } = context;
  // First, since without the toolchain of the project cargo does not start either.
  const rust = await readRustFacts(project.addonFolder, signal);
  const { metadata, crate, newLockfile } = await readAddonCrate(project, signal);
  // After cargo, which may write a Cargo.lock that git knows.
  const commit = await readCommit(project.folder, signal);
  const manifest = crate.manifest_path;
  const shared = workspaceFiles(metadata);
  const addon = untestedPackage(metadata, manifest);
  const builders = await examineBuilders(rust.host, { builder: wish.builder, targets }, wish, context);
  const tests = project.settings.tests.map((name) => manifestOf(metadata, name));
  return {
    rust,
    facts: {
      cache,
      commit,
      builders,
      rustc: rust.version,
      node: process.execPath,
      napi: napiCli(),
      std: compiledStd(targets, rust),
      cargoHome: rust.cargoHome,
      sysroot: rust.sysroot,
      targetDir: metadata.target_directory,
      remaps: pathRemaps(rust, metadata),
      addonInputs: [...localClosure(metadata, [manifest]).flatMap(crateInputs), ...shared],
      ...(addon ? { untestedAddon: addon } : {}),
      testInputs: [
        ...localClosure(metadata, tests).flatMap((folder) => [...crateInputs(folder), ...existing([join(folder, "tests")])]),
        ...shared,
      ],
      manifest,
      newLockfile,
    },
  };
}

/** Notes that cargo has just written a lock file into the project. */
export function noteNewLockfile({ newLockfile }: Pick<Facts, "newLockfile">, { reporter }: Context): void {
  if (newLockfile)
    reporter.note(
      "the project had no Cargo.lock: cargo has written one with the newest versions that fit; commit it, or the next one may differ",
    );
}

/** Those of some targets that take a compiled standard library, and have it installed. */
export function compiledStd(targets: Triple[], rust: RustFacts): Facts["std"] {
  return new Set(targets.filter((target) => !target.buildStd && hasStd(rust, target.triple)).map((target) => target.triple));
}

/** The files of a workspace that reach every crate of it. */
export function workspaceFiles(metadata: CargoMetadata): string[] {
  return existing(
    ["Cargo.toml", "Cargo.lock", ".cargo/config.toml", "rust-toolchain.toml"].map((name) => join(metadata.workspace_root, name)),
  );
}

/** What a library of a crate is compiled from. Other files that it may include by name are found with --force. */
export function crateInputs(folder: string): string[] {
  return existing(["Cargo.toml", "build.rs", "src", ".cargo/config.toml"].map((name) => join(folder, name)));
}

function existing(paths: string[]): string[] {
  return paths.filter((path) => existsSync(path));
}
