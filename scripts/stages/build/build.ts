// Builds targets side by side: each step of the plan, the check of the file, the manifest.
import { rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { hashFile, hashValue } from "../../lib/hash.ts";
import { readJsonFile, writeJsonFile } from "../../lib/json-file.ts";
import { inPool } from "../../lib/pool.ts";
import { formatBytes } from "../../lib/reporter.ts";
import type { Plan, Step, TargetPlan } from "../../model/plan.ts";
import { checkArtifact } from "../audit/check.ts";
import type { Context } from "../context.ts";
import { executeStep, keyOf, type StepRecord } from "./execute.ts";
import { readManifest, writeManifest, type Manifest } from "../manifest.ts";

export type BuildResult = { target: string; manifest?: Manifest; error?: unknown };

/** Executes a plan; the result has one entry a target, in the plan's order. */
export async function buildPlan(plan: Plan, rustc: string, context: Context): Promise<BuildResult[]> {
  for (const step of plan.prepare) await prepareOnce(step, plan.project, context);
  // cargo locks its target directory for the whole of a build, so targets that share one would only wait for each other.
  const pool = { size: context.jobs, keepGoing: context.keepGoing, lane: (target: TargetPlan) => target.targetDir };
  const results = await inPool(plan.targets, pool, (target) => buildTarget(plan, target, rustc, context));
  context.signal.throwIfAborted();
  return plan.targets.map((target, index) => {
    const result = results[index];
    if (result?.status === "fulfilled") return { target: target.target.triple, manifest: result.value };
    return { target: target.target.triple, error: result?.reason };
  });
}

async function buildTarget(plan: Plan, target: TargetPlan, rustc: string, context: Context): Promise<Manifest> {
  const { triple } = target.target;
  const known = await readManifest(target.dist);
  const steps: Record<string, StepRecord> = {};
  let artifact: Artifact | undefined;
  const tools = `${rustc}; ${target.tools}`;
  for (const step of target.steps) {
    const record = await runStep(step, known?.steps[step.id], triple, tools, join(target.dist, "logs"), context);
    steps[step.id] = record;
    // The audit comes before anything else is made.
    if (step.id === "build") artifact = await auditArtifact(target, record === known?.steps.build ? known : undefined, context);
  }
  if (!artifact) throw new TypeError(`the plan of ${triple} builds nothing`);
  const { name, version, commit } = plan.project;
  const manifest: Manifest = {
    schema: 2,
    target: target.target,
    place: target.place,
    project: { name, version, ...(commit ? { commit } : {}) },
    profile: plan.profile,
    builder: { name: target.builder, linker: target.linker, tools: target.tools, rustc, std: target.std },
    artifact,
    steps,
    runs: target.runs,
    // Runs of another file say nothing of this one.
    smoke: known?.artifact.sha256 === artifact.sha256 ? known.smoke : [],
  };
  await writeManifest(target.dist, manifest);
  return manifest;
}

type Artifact = Manifest["artifact"];

/** Audits a file unless it and what it is held to are those of `unchanged`; a file that fails does not stay. */
async function auditArtifact(target: TargetPlan, unchanged: Manifest | undefined, context: Context): Promise<Artifact> {
  const { artifact: path, place } = target;
  if (unchanged && !context.force && hashValue(unchanged.place) === hashValue(place)) return unchanged.artifact;
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  try {
    const { facts: elf, nodeApi, code, places } = await checkArtifact(path, place);
    const findings = places.flatMap((one) => one.findings);
    context.reporter.done("audit", place.name, seconds(), `no error, ${findings.length} notes and warnings`);
    return { file: basename(path), bytes: (await stat(path)).size, sha256: await hashFile(path), elf, nodeApi, code, findings };
  } catch (error) {
    context.reporter.failed("audit", place.name, seconds());
    await rm(path, { force: true });
    throw error;
  }
}

async function runStep(
  step: Step,
  known: StepRecord | undefined,
  subject: string,
  tools: string,
  logs: string,
  context: Context,
): Promise<StepRecord> {
  const key = await keyOf(step, tools);
  const started = performance.now();
  try {
    const log = join(logs, `${step.id}.log`);
    const { record, fresh } = await executeStep(step, known, { key, log, force: context.force, signal: context.signal });
    if (fresh) context.reporter.skipped(step.id, subject, "unchanged");
    else context.reporter.done(step.id, subject, record.seconds, await noteOf(step, tools));
    return record;
  } catch (error) {
    if (!context.signal.aborted) context.reporter.failed(step.id, subject, (performance.now() - started) / 1000);
    throw error;
  }
}

async function noteOf(step: Step, tools: string): Promise<string | undefined> {
  const [output] = step.outputs;
  if (step.id !== "build" || !output) return undefined;
  return `${formatBytes((await stat(output)).size)}, ${tools.split("; ")[1]}`;
}

/** Runs a step of the whole project; its record lies beside the targets' folders. */
export async function prepareOnce(step: Step, { name, folder }: Pick<Plan["project"], "name" | "folder">, context: Context): Promise<void> {
  const dist = join(folder, "dist");
  const file = join(dist, `${step.id}.json`);
  const known = (await readJsonFile(file)) as StepRecord | undefined;
  await writeJsonFile(file, await runStep(step, known, name, "", join(dist, "logs"), context));
}
