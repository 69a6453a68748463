// dist/<target>/manifest.json: what was decided and what came out. Later stages read it and never targets/.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { BoardkitError } from "../lib/errors.ts";
import { readJsonFile, writeJsonFile } from "../lib/json-file.ts";
import type { CodeFacts, ElfFacts, Finding, NodeApiFacts } from "../audit/report.ts";
import type { BuilderName, Linker } from "../model/builder.ts";
import type { PlannedRun } from "../model/plan.ts";
import type { Triple } from "../model/triple.ts";
import type { StepRecord } from "./build/execute.ts";
import type { Place } from "../audit/place.ts";

export type RunResult = {
  kind: PlannedRun["kind"];
  cpu: string;
  /** What is not the real thing in this run, and why. */
  standsIn?: string;
  outcome: "passed" | "failed" | "skipped";
  /** Why it was skipped or how it failed. */
  reason?: string;
  passed: number;
  failed: number;
  seconds: number;
  /** What the program was: a Node's version, `3 test programs`, `probe`. */
  runtime: string;
  /** Changes with everything that the result depends on. */
  key: string;
};

export type Manifest = {
  schema: 2;
  target: Triple;
  /** What the addon was audited against. */
  place: Place;
  project: {
    name: string;
    version: string;
    /** With `-dirty` behind it if something was changed. */
    commit?: string;
  };
  profile: string;
  builder: { name: BuilderName; linker: Linker; tools: string; rustc: string; std: string };
  artifact: { file: string; bytes: number; sha256: string; elf: ElfFacts; nodeApi: NodeApiFacts; code?: CodeFacts; findings: Finding[] };
  steps: Record<string, StepRecord>;
  /** The emulated runs of the last build or smoke. */
  runs: PlannedRun[];
  smoke: RunResult[];
};

/** The manifest of a target, if it was built before by a Boardkit that wrote this form. */
export async function readManifest(dist: string): Promise<Manifest | undefined> {
  const manifest = (await readJsonFile(join(dist, "manifest.json"))) as Manifest | undefined;
  return manifest?.schema === 2 ? manifest : undefined;
}

/** The manifest of a target and the path of its addon; an error says that it is not built, if either is missing. */
export async function readBuilt(triple: string, dist: string): Promise<{ manifest: Manifest; built: string }> {
  const manifest = await readManifest(dist);
  const built = join(dist, manifest?.artifact.file ?? "");
  if (manifest && existsSync(built)) return { manifest, built };
  throw new BoardkitError(`${triple} is not built`, {
    code: "NOT_BUILT",
    exit: "usage",
    place: dist,
    fix: `run: boardkit build --target ${triple}`,
  });
}

/** Writes the manifest whole. */
export async function writeManifest(dist: string, manifest: Manifest): Promise<void> {
  await writeJsonFile(join(dist, "manifest.json"), manifest);
}
