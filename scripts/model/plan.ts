// A plan: ordered steps with complete commands, so that `build --dry-run` prints exactly what `build` executes.
import type { BuilderName, Image, Linker } from "./builder.ts";
import type { Wrappers } from "./wrappers.ts";
import type { RuntimeName } from "./targets/runtime.ts";
import type { SmokeRun, Triple } from "./targets/triple.ts";
import type { Place } from "../audit/place.ts";

/** How the outputs of a step are found. */
type Collect =
  /** The command writes them into the step's partial folder, with their final names. */
  | "partial"
  /** The only .node file in the partial folder: napi-rs gives armv6 and armv7 the same name, Boardkit gives them different ones. */
  | "addon"
  /** As `partial`; the wheels in the folder are rewritten so that their bytes do not depend on time and place. */
  | "wheel"
  /** cargo names the test executables in its JSON messages. */
  | "cargo-tests"
  /** The command writes them to their final place. */
  | "in-place";

export type Step = {
  id: "prepare" | "build" | "tests" | "host" | "wheel";
  argv: string[];
  cwd: string;
  /** Added to the environment. */
  env: Record<string, string>;
  /** Files that are written before the command runs: path to text. */
  files?: Record<string, string>;
  /** Files and folders that the outputs depend on, absolute. */
  inputs: string[];
  /** Files or folders that the step writes, absolute; they appear complete or not at all. */
  outputs: string[];
  /** The target directory, of a step of cargo. */
  targetDir?: string;
  /** Folder for incomplete files, removed at the end. */
  partial: string;
  collect: Collect;
  /** The map that the linker writes, from which the sizes of the addon's crates are read. Not an output: it stays after a link. */
  map?: string;
  /** A folder's path in the container, and its path on the host. */
  outside?: [inside: string, outside: string];
  /** Command that ends the container after an interrupt: the container is not a child process of the step. */
  cleanUp?: string[];
};

/** One emulated run of the addon. */
export type PlannedRun = {
  kind: SmokeRun["kind"] | RuntimeName | "native";
  /** Name and version of a runtime besides Node: its result is compared with that of the run before it in Node. */
  runtime?: string;
  cpu: string;
  standsIn?: string;
  /** Why the run is not possible for this project or target. */
  skip?: string;
  /** `qemu-… -cpu … -L …`, to which the program is added. */
  emulator: string[];
  /** The program that the emulator runs, with its arguments; for tests: the folder with the test executables. */
  program: string[];
  /** A program that only loads the addon, for a smoke script that uses what the host lacks. */
  load?: string[];
  /** A program under the same emulator, without the addon: distinguishes emulator faults from addon faults. */
  control: string[];
  env: Record<string, string>;
  inputs: string[];
};

export type TargetPlan = {
  target: Triple;
  /** What the addon is audited against. */
  place: Place;
  builder: BuilderName;
  /** Why this builder. */
  because: string;
  /** A warning about this builder. */
  note?: string;
  linker: Linker;
  /** Scripts that set-up writes. */
  wrappers: Wrappers[];
  /** Image of the container in which the build runs. */
  image?: Image;
  /** Tools of the builder with their versions, for people. */
  tools: string;
  std: "prebuilt" | "built with the addon";
  /** cargo's target directory. */
  targetDir: string;
  dist: string;
  artifact: string;
  steps: Step[];
  runs: PlannedRun[];
  /** ids of targets/toolchains that the steps and the runs need. */
  needs: { build: string[]; smoke: string[] };
};

export type SkippedTarget = { target: string; reason: string };

export type Plan = {
  schema: 1;
  project: {
    name: string;
    version: string;
    folder: string;
    /** Ends in `-dirty` if the checkout has changes. */
    commit?: string;
    /** Triples that Boardkit builds for the project. */
    targets: string[];
    /** Triples of napi.targets that Boardkit does not know. */
    others: string[];
  };
  profile: string;
  /** Steps that run once, before the targets. */
  prepare: Step[];
  targets: TargetPlan[];
  skipped: SkippedTarget[];
};
