// Inputs of the plan, in addition to data files and project: facts of this host and of the project's crates, and the user's choices.
import type { BuilderChoice } from "../../model/builder.ts";
import type { Profile } from "../../model/targets/profile.ts";
import type { RuntimeName } from "../../model/targets/runtime.ts";
import type { HostBuilders } from "./builders.ts";

/** Facts of the host and of the project's crates. */
export type Facts = {
  cache: string;
  /** Commit of the project, if it lies in a repository. */
  commit?: string | undefined;
  builders: HostBuilders;
  rustc: string;
  node: string;
  /** napi-rs' CLI. */
  napi: string;
  /** Triples whose compiled standard library is installed. */
  std: ReadonlySet<string>;
  /** cargo's and the compiler's folder: in a container they have other paths. */
  cargoHome: string;
  sysroot: string;
  /** cargo's target directory of the project. */
  targetDir: string;
  /** Paths and their names in the addon. */
  remaps: [from: string, to: string][];
  /** Files and folders that the addon is compiled from. */
  addonInputs: string[];
  /** The addon's package, if its library has no tests: cargo can then build it together with the tests. */
  untestedAddon?: string;
  /** Files and folders that the Rust tests are compiled from. */
  testInputs: string[];
  /** Cargo.toml of the addon's crate. */
  manifest: string;
  /** Name of the library that cargo builds of it: `libthing.so`. */
  library: string;
  /** The project had no Cargo.lock, and cargo has written one. */
  newLockfile: boolean;
};

export type Choice = {
  builder: BuilderChoice;
  profile: Profile;
  /** Folder for the targets' folders, instead of the project's dist/. */
  dist?: string;
  /** cargo's target directory, instead of the project's. */
  targetDir?: string;
  /** Build the addon alone, without the programs of smoke runs. */
  addonOnly?: boolean;
  /** Also build the Rust tests of targets without Node. */
  rustTests?: boolean;
  /** Runtimes besides Node that run the smoke script, instead of those in the project's settings. */
  runtimes?: readonly RuntimeName[];
  /** Leave out the project's prepare command. */
  skipPrepare?: boolean;
};
