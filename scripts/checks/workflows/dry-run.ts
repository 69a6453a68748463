// Plans the jobs of a workflow as GitHub does, and runs the scripts of their steps in bash, where each program is a recorder.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import picomatch from "picomatch";
import { parse } from "yaml";
import { packageRoot } from "../../lib/paths.ts";
import { holds, interpolate, type Contexts } from "./expressions.ts";

type Values = Record<string, unknown>;
type Step = {
  id?: string;
  name?: string;
  if?: string;
  run?: string;
  uses?: string;
  with?: Values;
  env?: Values;
  "working-directory"?: string;
};
type Job = {
  needs?: string | string[];
  if?: string;
  uses?: string;
  "runs-on"?: string;
  with?: Values;
  env?: Values;
  strategy?: { matrix: unknown };
  outputs?: Values;
  steps?: Step[];
};
type Inputs = Record<string, { default?: unknown }>;
type Workflow = { jobs: Record<string, Job>; on: { workflow_call?: { inputs?: Inputs } } };
type Action = { inputs?: Inputs; runs: { steps: Step[] } };

/** A program that a step called. */
export type Call = { job: string; step: string; program: string; args: string[] };

export type DryRun = {
  /** Jobs that ran, one for each member of a matrix. */
  jobs: string[];
  /** The label of the runner of each job. */
  runners: string[];
  skipped: string[];
  calls: Call[];
  faults: string[];
};

export type World = {
  /** Empty folder. */
  folder: string;
  ref: string;
  /** What `boardkit matrix` prints. */
  matrix: string;
};

/** Programs that steps may call. */
const PROGRAMS = ["apt-get", "cp", "curl", "gh", "git", "ln", "npm", "rustup", "sh"];

/** Writes its name and arguments, and prints the matrix if it is asked for one. */
const RECORDER = `#!/bin/sh
{ printf '%s\\0' "\${0##*/}" "$@"; printf '\\n'; } >>"$RECORD"
case " $* " in
  *" --check "*) ;;
  *" matrix "*) printf '%s\\n' "$MATRIX" ;;
esac
`;

const read = (path: string) => parse(readFileSync(join(packageRoot, path), "utf8")) as unknown;
const own = (uses: string) => (uses.startsWith("$/") ? uses.slice(2) : undefined);

/** Runs a workflow of .github/workflows for a push of a ref. */
export function dryRun(workflow: string, world: World): DryRun {
  const bin = join(world.folder, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, ".recorder"), RECORDER, { mode: 0o755 });
  for (const program of PROGRAMS) symlinkSync(".recorder", join(bin, program));
  const result: DryRun = { jobs: [], runners: [], skipped: [], calls: [], faults: [] };
  const artifacts = new Set<string>();
  const isTag = world.ref.startsWith("refs/tags/");
  const github = {
    ref: world.ref,
    ref_type: isTag ? "tag" : "branch",
    ref_name: world.ref.split("/").slice(2).join("/"),
    repository: "boardkit/boardkit",
    token: "token",
  };

  const runWorkflow = (path: string, prefix: string, given: Values): void => {
    const { jobs, on } = read(path) as Workflow;
    const inputs = { ...defaultsOf(on.workflow_call?.inputs), ...given };
    const needs: Record<string, { result: string; outputs: Values }> = {};
    for (const id of inOrder(jobs)) {
      const job = jobs[id] as Job;
      const needed = [job.needs ?? []].flat();
      const contexts = { github, inputs, needs: Object.fromEntries(needed.map((name) => [name, needs[name]])), matrix: {}, steps: {} };
      const hasStatus = /\b(?:always|failure|cancelled)\(\)/.test(job.if ?? "");
      const allRan = needed.every((name) => needs[name]?.result === "success");
      if (!(hasStatus || allRan) || !holds(job.if, contexts, packageRoot)) {
        result.skipped.push(`${prefix}${id}`);
        needs[id] = { result: "skipped", outputs: {} };
        continue;
      }
      let outputs: Values = {};
      for (const matrix of membersOf(interpolate(job.strategy?.matrix, contexts, packageRoot))) {
        const values = Object.values(matrix).join(", ");
        const name = `${prefix}${id}${values ? ` (${values})` : ""}`;
        const called = job.uses && own(job.uses);
        if (called) runWorkflow(called, `${name}/`, valuesOf(job.with, contexts));
        else {
          result.jobs.push(name);
          result.runners.push(String(interpolate(job["runs-on"], { ...contexts, matrix }, packageRoot)));
          outputs = runSteps(job.steps ?? [], name, { ...contexts, matrix }, valuesOf(job.env, contexts), job.outputs);
        }
      }
      needs[id] = { result: "success", outputs };
    }
  };

  const runSteps = (steps: Step[], job: string, contexts: Contexts, env: Values, outputs: Values = {}): Values => {
    const all: Record<string, { outputs: Values }> = {};
    for (const step of steps) {
      const now = { ...contexts, steps: all };
      if (!holds(step.if, now, packageRoot)) continue;
      const inputs = valuesOf(step.with, now);
      const unset = Object.entries(inputs).filter(([, value]) => value === null);
      if (unset.length > 0) result.faults.push(`${job}, ${step.name ?? step.uses}: ${unset.map(([name]) => name).join(", ")} has no value`);
      const action = step.uses && own(step.uses);
      if (action) {
        const { inputs: declared, runs } = read(join(action, "action.yml")) as Action;
        const unknown = Object.keys(inputs).filter((name) => declared?.[name] === undefined);
        if (unknown.length > 0) result.faults.push(`${job}: ${action} has no input ${unknown.join(", ")}`);
        runSteps(runs.steps, job, { ...now, inputs: { ...defaultsOf(declared), ...inputs } }, env);
      } else if (step.uses) takeArtifact(step.uses, inputs, job);
      else if (step.run !== undefined) {
        const found = runScript(String(interpolate(step.run, now, packageRoot)), job, step, { ...env, ...valuesOf(step.env, now) });
        if (step.id) all[step.id] = { outputs: found };
      }
    }
    return valuesOf(outputs, { ...contexts, steps: all });
  };

  /** What is downloaded was uploaded by a job before. */
  const takeArtifact = (uses: string, { name, pattern }: Values, job: string): void => {
    if (uses.startsWith("actions/upload-artifact@")) artifacts.add(String(name));
    if (!uses.startsWith("actions/download-artifact@")) return;
    const isWanted = pattern === undefined ? (one: string) => one === name : picomatch(String(pattern));
    const found = [...artifacts].filter((one) => isWanted(one));
    if (found.length === 0) result.faults.push(`${job}: no job before uploads ${String(name ?? pattern)}`);
    if (found.length === 1 && pattern !== undefined)
      result.faults.push(`${job}: the pattern ${String(pattern)} matches one artifact, which gets no folder`);
  };

  const runScript = (script: string, job: string, step: Step, env: Values): Values => {
    const [record, output] = [join(world.folder, "record"), join(world.folder, "output")];
    for (const path of [record, output]) writeFileSync(path, "");
    const files = {
      RECORD: record,
      MATRIX: world.matrix,
      GITHUB_OUTPUT: output,
      GITHUB_WORKSPACE: packageRoot,
      GITHUB_REF_NAME: github.ref_name,
    };
    const variables = Object.fromEntries(Object.entries(env).map(([name, value]) => [name, String(value)]));
    try {
      execFileSync("/bin/bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
        cwd: packageRoot,
        env: { ...variables, ...files, PATH: bin, HOME: world.folder },
        stdio: ["ignore", "pipe", "pipe"],
      });
    } catch (error) {
      result.faults.push(`${job}, ${step.name ?? script}: ${String((error as { stderr?: Buffer }).stderr ?? error)}`);
    }
    for (const line of readFileSync(record, "utf8").split("\n").filter(Boolean)) {
      const [program = "", ...args] = line.split("\0").slice(0, -1);
      result.calls.push({ job, step: step.name ?? "", program, args });
    }
    const pairs = readFileSync(output, "utf8").split("\n").filter(Boolean);
    return Object.fromEntries(pairs.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
  };

  runWorkflow(join(".github/workflows", workflow), "", {});
  return result;
}

const defaultsOf = (inputs: Inputs = {}): Values =>
  Object.fromEntries(Object.entries(inputs).map(([name, input]) => [name, input.default ?? ""]));

const valuesOf = (values: Values = {}, contexts: Contexts): Values =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, interpolate(value, contexts, packageRoot)]));

/** The members of a matrix; one without values for a job that has none. */
function membersOf(matrix: unknown): Values[] {
  if (matrix === undefined) return [{}];
  return (matrix as { include: Values[] }).include;
}

/** The names of jobs, each after those that it needs. */
function inOrder(jobs: Record<string, Job>): string[] {
  const ordered: string[] = [];
  const add = (id: string) => {
    const job = jobs[id];
    if (!job) throw new Error(`there is no job ${id}`);
    for (const needed of [job.needs ?? []].flat()) add(needed);
    if (!ordered.includes(id)) ordered.push(id);
  };
  for (const id of Object.keys(jobs)) add(id);
  return ordered;
}
