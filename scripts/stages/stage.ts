// A stage of the pipeline, and the state that the stages share.
import type { BoardOptions } from "./board/plan.ts";
import type { Context } from "./context.ts";
import type { Facts } from "./plan/inputs.ts";
import type { BoardReport } from "../model/report/board-report.ts";
import type { HostNode } from "../emulate/native.ts";
import type { BuilderChoice } from "../model/builder.ts";
import type { Manifest } from "../model/report/manifest.ts";
import type { PackageIndex, PythonIndex } from "../model/report/package-index.ts";
import type { Plan } from "../model/plan.ts";
import type { Project } from "../model/project.ts";
import type { RuntimeName } from "../model/targets/runtime.ts";
import type { ReleaseFile } from "../model/report/release.ts";
import type { VerifyReport } from "../model/report/verify-report.ts";
import type { WheelManifest } from "../model/report/wheel-manifest.ts";
import type { EngineSearch } from "./plan/builders.ts";
import type { CrateRegistry, PythonRegistry, RegistryName } from "../model/report/publication.ts";

/** The request of the user, from the options of a command. */
export type Request = EngineSearch & {
  /** Folder of the project. */
  cwd: string;
  /** Triples, or globs of them; empty for all that the project ships. */
  targets: string[];
  profile: string;
  builder: BuilderChoice;
  /** Folder with one folder per target, instead of the project's dist/. */
  dist?: string;
  /** cargo's target directory, instead of the project's. */
  targetDir?: string;
  /** Build the addon or the wheel alone, without the programs of smoke runs and the run of the wheel. */
  addonOnly?: boolean;
  /** Say before any work how long targets that were never built will take. */
  announce?: boolean;
  /** Also build and run the Rust tests of targets without Node. */
  rustTests?: boolean;
  /** Runtimes besides Node that run the smoke script, instead of those in the project's settings. */
  runtimes?: readonly RuntimeName[];
  /** smoke: also run in this Node of this machine. */
  native?: HostNode;
  /** Leave out the project's prepare command. */
  skipPrepare?: boolean;
  /** smoke: a .node file, instead of the built one. */
  addon?: string;
  /** board: names of boards or of memory sizes, the options of the run, and the time limit of each board. */
  boards?: { ids: string[]; options: BoardOptions; seconds: number; findLeast: boolean };
  /** package: also pack addons that have passed no smoke run. */
  untested?: boolean;
  /** release: SOURCE_DATE_EPOCH, in seconds since 1970. */
  epoch?: number | undefined;
  /** publish: options of `npm publish`. */
  npmOptions?: string[];
  /** publish: the registries instead of those of the packed packages, cargo's, another index than PyPI, and whether only to check. */
  publish?: { registries: RegistryName[]; crates: CrateRegistry; pypi?: PythonRegistry; dryRun: boolean };
  /** verify: packages, and whether to compare them with the existing dist/ instead of a new build. */
  verify?: { paths: string[]; built: boolean };
};

/** The result of a target: its output, or the error that ended it. */
export type TargetResult<T> = { target: string; output?: T; error?: unknown };

/** The state of one run of the pipeline. Each stage reads the fields of the stages before it and adds its own. */
export type State = {
  request: Request;
  project: Project;
  /** Seconds of each stage that has run. */
  seconds: Record<string, number>;
  facts?: Facts;
  plan?: Plan;
  /** One entry per target of the plan. */
  builds?: TargetResult<Manifest>[];
  wheels?: TargetResult<WheelManifest>[];
  /** The manifests after the smoke runs. */
  tested?: Manifest[];
  boards?: BoardReport;
  packages?: PackageIndex;
  python?: PythonIndex;
  release?: ReleaseFile[];
  verified?: VerifyReport;
};

/** The tools that a stage requires. */
export type Tools = {
  /** Programs of the machine, by the names in host-tools.ts. */
  programs?: string[];
  /** ids of targets/toolchains; the missing ones are fetched. */
  items?: string[];
};

export type Stage = {
  name: string;
  tools(state: State, context: Context): Tools;
  /** Toolchains that may be fetched while the stages before this one run, as far as the state shows them. */
  early?(state: State, context: Context): string[];
  run(state: State, context: Context): Promise<Partial<State>>;
};

/** A field that an earlier stage has added. */
export function need<K extends keyof State>(state: State, field: K): NonNullable<State[K]> {
  const value = state[field];
  if (value === undefined) throw new TypeError(`no stage before this one has set ${field}`);
  return value;
}
