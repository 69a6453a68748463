// The inputs of planning besides data files and project: facts of this host and of the project's crates, and the choices of the user.
import type { BuilderChoice } from "../../model/builder.ts";
import type { Profile } from "../../model/targets/profile.ts";
import type { HostBuilders } from "./builders.ts";

/** What planning must know of the host and of the project's crates. */
export type Facts = {
  cache: string;
  /** Commit of the project, if it lies in a repository. */
  commit?: string | undefined;
  /** This machine, and what it has for builders. */
  builders: HostBuilders;
  rustc: string;
  node: string;
  /** napi-rs' CLI. */
  napi: string;
  /** Triples whose compiled standard library is installed. */
  std: ReadonlySet<string>;
  /** cargo's folder of the user, and the compiler's: a container has them elsewhere. */
  cargoHome: string;
  sysroot: string;
  /** cargo's target directory of the project. */
  targetDir: string;
  /** Paths and what they are called in the addon. */
  remaps: [from: string, to: string][];
  /** Files and folders that the addon is compiled from. */
  addonInputs: string[];
  /** The addon's package where its library has no tests of its own, so that it can be named beside those that have. */
  untestedAddon?: string;
  /** Files and folders that the Rust tests are compiled from. */
  testInputs: string[];
  /** Cargo.toml of the addon's crate. */
  manifest: string;
  /** The project had no Cargo.lock, and cargo has just made one. */
  newLockfile: boolean;
};

export type Choice = {
  builder: BuilderChoice;
  profile: Profile;
  /** Folder that the targets' folders are made in, in place of the project's dist/. */
  dist?: string;
  /** cargo's target directory, in place of the project's. */
  targetDir?: string;
  /** Build the addon alone, without the programs of smoke runs. */
  addonOnly?: boolean;
  /** Leave out the project's prepare command. */
  skipPrepare?: boolean;
};
