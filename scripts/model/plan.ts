// What a plan is: ordered steps with everything that will run, so that `plan --json` prints exactly what `build` executes.
import type { BuilderName, Image, Linker } from "./builder.ts";
import type { Wrappers } from "./wrappers.ts";
import type { SmokeRun, Triple } from "./targets/triple.ts";
import type { Place } from "../audit/place.ts";

/** How the files that a step makes are found. */
type Collect =
  /** The command writes them into the step's partial folder under their own names. */
  | "partial"
  /** The one .node file in the partial folder; napi-rs gives armv6 and armv7 the same name, which ours tells apart. */
  | "addon"
  /** cargo names the test executables in its JSON messages. */
  | "cargo-tests"
  /** The command writes the outputs where they belong. */
  | "in-place";

export type Step = {
  id: "prepare" | "build" | "tests" | "probe" | "wheel";
  argv: string[];
  cwd: string;
  /** Added to the environment. */
  env: Record<string, string>;
  /** Files that are written before the command runs: path to text. */
  files?: Record<string, string>;
  /** Files and folders that the outputs depend on, absolute. */
  inputs: string[];
  /** Files or folders that the step makes, absolute; they appear whole or not at all. */
  outputs: string[];
  /** Folder for half-made files, removed at the end. */
  partial: string;
  collect: Collect;
  /** A folder as the command names it, and what it is on this machine: what a container calls otherwise. */
  outside?: [inside: string, outside: string];
  /** Ends what an interrupt of the command leaves running: a container, which is no child of it. */
  cleanUp?: string[];
};

/** One emulated run of the addon. */
export type PlannedRun = {
  kind: SmokeRun["kind"];
  cpu: string;
  standsIn?: string;
  /** Why it cannot be done for this project; then there is no argv. */
  skip?: string;
  /** `qemu-… -cpu … -L …`, to which the program is added. */
  emulator: string[];
  /** The program that the emulator runs, with its arguments; for tests: the folder with the test executables. */
  program: string[];
  /** A program of the same emulator without the addon: tells an emulator fault from an addon fault. */
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
  /** What may come of this builder. */
  note?: string;
  linker: Linker;
  /** Scripts that set-up writes. */
  wrappers: Wrappers[];
  /** Image of the container that it is built in. */
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
    /** With `-dirty` behind it if something is changed. */
    commit?: string;
    /** Triples that Boardkit builds for the project. */
    targets: string[];
    /** Triples of napi.targets that are not targets of Boardkit. */
    others: string[];
  };
  profile: string;
  /** Steps that are done once, before the targets. */
  prepare: Step[];
  targets: TargetPlan[];
  skipped: SkippedTarget[];
};
