// Gathers the facts for the plan: the compiler, its standard libraries, the project's crates.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Project } from "../../model/project.ts";
import type { BuilderChoice } from "../../model/builder.ts";
import type { Triple } from "../../model/targets/triple.ts";
import { libraryOf, readAddonCrate } from "../../tools/rust/addon-crate.ts";
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

/** The part of a request that the facts depend on. */
export type FactsRequest = EngineSearch & { builder: BuilderChoice };

/** Asks rustc and cargo, and a container engine if one may be needed. */
export async function gatherFacts(
  project: Project,
  targets: Triple[],
  request: FactsRequest,
  context: Context,
): Promise<{ facts: Facts; rust: RustFacts }> {
  const { cache, signal } = context;
  // First, since cargo does not start without the toolchain of the project.
  const rust = await readRustFacts(project.addonFolder, signal);
  const { metadata, crate, newLockfile } = await readAddonCrate(project, signal);
  // After cargo, which may write a Cargo.lock.
  const commit = await readCommit(project.folder, signal);
  const manifest = crate.manifest_path;
  const shared = workspaceFiles(metadata);
  const addon = untestedPackage(metadata, manifest);
  const builders = await examineBuilders(rust.host, { builder: request.builder, targets }, request, context);
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
      library: libraryOf(crate),
      newLockfile,
    },
  };
}

/** Reports that cargo has written a lock file into the project. */
export function noteNewLockfile({ newLockfile }: Pick<Facts, "newLockfile">, { reporter }: Context): void {
  if (newLockfile)
    reporter.note(
      "the project had no Cargo.lock: cargo has written one with the newest versions that fit; commit it, or the next build may use others",
    );
}

/** The triples of targets that use a compiled standard library and have it installed. */
export function compiledStd(targets: Triple[], rust: RustFacts): Facts["std"] {
  return new Set(targets.filter((target) => !target.buildStd && hasStd(rust, target.triple)).map((target) => target.triple));
}

/** The files of a workspace that affect each of its crates. */
export function workspaceFiles(metadata: CargoMetadata): string[] {
  return existing(
    ["Cargo.toml", "Cargo.lock", ".cargo/config.toml", "rust-toolchain.toml"].map((name) => join(metadata.workspace_root, name)),
  );
}

/** The sources of a crate's library. A change of another file that they include takes effect with --force only. */
export function crateInputs(folder: string): string[] {
  return existing(["Cargo.toml", "build.rs", "src", ".cargo/config.toml"].map((name) => join(folder, name)));
}

function existing(paths: string[]): string[] {
  return paths.filter((path) => existsSync(path));
}
