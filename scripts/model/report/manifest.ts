// dist/<target>/manifest.json: the decisions of the plan and the build output. The only input of the stages after the build.
import type { Place } from "../../audit/place.ts";
import type { SizePart } from "../../audit/link-map/sizes.ts";
import type { CodeFacts, ElfFacts, Finding, NodeApiFacts } from "../../audit/report.ts";
import type { Architecture } from "../targets/architecture.ts";
import type { BuilderName, Linker } from "../builder.ts";
import type { Cpu } from "../targets/cpu.ts";
import type { Crate } from "../crate.ts";
import type { RuntimeName } from "../targets/runtime.ts";
import type { SmokeRun, Triple } from "../targets/triple.ts";

/** The record of a step: the next run compares it to decide whether the step must run again. */
export type StepRecord = {
  key: string;
  seconds: number;
  outputs: Record<string, string>;
  /** The bytes of an addon by what they come from; absent without a map of its linker. */
  sizes?: SizePart[];
};

/** The result of one smoke run. */
export type RunResult = {
  kind: SmokeRun["kind"] | RuntimeName | "native";
  cpu: string;
  /** The stand-in of this run, with the reason. */
  standsIn?: string;
  outcome: "passed" | "failed" | "skipped";
  /** Why it was skipped or how it failed. */
  reason?: string;
  passed: number;
  failed: number;
  /** The failed cases that the smoke script names. */
  failures?: string[];
  /** For a runtime besides Node: the cases that do not end as in Node. */
  differs?: string[];
  seconds: number;
  /** The program that ran: the version of a Node or another runtime, `3 test programs`, the host's. */
  runtime: string;
  /** A hash of everything that the result depends on. */
  key: string;
};

/** The result of the audit of an addon in an environment. */
export type AuditResult = { place: Place; elf: ElfFacts; nodeApi: NodeApiFacts; code?: CodeFacts; findings: Finding[] };

export type Manifest = {
  schema: 3;
  /** The target as its file described it at the time of the build. */
  target: Triple;
  architecture: Architecture;
  /** The lowest CPU of the target. */
  cpu: Cpu;
  /** The environment that the audit checks the addon against. */
  place: Place;
  project: {
    name: string;
    version: string;
    /** Ends in `-dirty` if the checkout had changes. */
    commit?: string;
    /** Triples that Boardkit builds for the project. */
    targets: string[];
    /** Triples of napi.targets that Boardkit does not know. */
    others: string[];
  };
  profile: string;
  builder: { name: BuilderName; linker: Linker; tools: string; rustc: string; std: string };
  artifact: { file: string; bytes: number; sha256: string };
  /** Crates that are compiled into the addon, its own first. */
  crates: Crate[];
  steps: Record<string, StepRecord>;
  /** Absent until the audit has passed. */
  audit?: AuditResult;
  smoke: RunResult[];
};

/** The manifest of a target that has passed its audit. */
export type AuditedManifest = Manifest & { audit: AuditResult };
