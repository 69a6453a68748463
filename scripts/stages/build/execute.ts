// Executes one step: skips it if nothing changed, moves its complete outputs into place, and writes its log.
import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { hashFile, hashFiles, hashValue } from "../../lib/hash.ts";
import { walkFiles } from "../../lib/paths.ts";
import type { Running } from "../../lib/reporter.ts";
import { NAPI_TYPES } from "../../model/names.ts";
import type { StepRecord } from "../../model/report/manifest.ts";
import type { Step } from "../../model/plan.ts";
import { run, runOrFail } from "../../tools/exec.ts";
import type { LineReader } from "../../tools/output-lines.ts";
import { cargoProgressEnvironment, isCargoBar, readCargoProgress } from "../../tools/rust/cargo-progress.ts";
import { explainBuild } from "./fault.ts";
import { takeHostUnits } from "./host-units.ts";
import { measure } from "./measure.ts";
import { settleWheels } from "./wheel-file.ts";

export type Execution = {
  record: StepRecord;
  fresh: boolean;
  /** Seconds that the step waited for a lock; they are not among those of the record. */
  waited: number;
};

/** A step that is shown while its command runs. */
export type BeginStep = () => Running;

const PLAIN_OUTPUT = {
  NO_COLOR: "1",
  FORCE_COLOR: undefined,
  CARGO_TERM_COLOR: "never",
  RUST_BACKTRACE: undefined,
  ...cargoProgressEnvironment,
};

/** One hash over files and folders; a folder counts with all its files. */
export async function hashInputs(inputs: string[]): Promise<string> {
  const files = (await Promise.all(inputs.map((path) => walkFiles(path)))).flat();
  return hashFiles([...new Set(files)].toSorted());
}

/** A key that changes with everything that the outputs depend on. */
export async function keyOf(step: Step, tools: string): Promise<string> {
  return hashValue([step.argv, step.cwd, step.env, step.files, step.map, tools, await hashInputs(step.inputs)]);
}

/** Whether a record has this key and its outputs have not changed. */
async function isFresh(record: StepRecord | undefined, key: string, outputs: string[]): Promise<boolean> {
  if (record?.key !== key) return false;
  const now = await hashOutputs(outputs.filter((path) => existsSync(path)));
  return hashValue(now) === hashValue(record.outputs);
}

/** Runs a step unless its record shows that nothing changed. */
export async function executeStep(
  step: Step,
  previous: StepRecord | undefined,
  options: { key: string; log: string; force: boolean; signal: AbortSignal; begin: BeginStep },
): Promise<Execution> {
  if (previous && !options.force && (await isFresh(previous, options.key, step.outputs)))
    return { record: previous, fresh: true, waited: 0 };
  await cleanUp(step);
  await mkdir(step.partial, { recursive: true });
  if (step.map) await mkdir(dirname(step.map), { recursive: true });
  const running = options.begin();
  let succeeded = false;
  try {
    for (const [path, text] of Object.entries(step.files ?? {})) await writeFile(path, text);
    if (step.targetDir !== undefined) await takeHostUnits(step.targetDir);
    const command = {
      argv: step.argv,
      cwd: step.cwd,
      env: { ...PLAIN_OUTPUT, ...step.env },
      log: options.log,
      signal: options.signal,
      readLine: readProgress(running),
    };
    const outcome = await runOrFail(command, `${step.id.toUpperCase()}_FAILED`).catch(async (error: unknown) => {
      throw existsSync(options.log) ? explainBuild(error, await readFile(options.log, "utf8")) : error;
    });
    const partialPath = (output: string) => join(step.partial, basename(output));
    if (step.collect === "cargo-tests") await collectTests(outcome.stdout, partialPath(step.outputs[0] ?? ""), step.outside);
    if (step.collect === "addon") {
      await renameAddon(step.partial, partialPath(step.outputs[0] ?? ""));
      await keepTypes(step.partial, dirname(step.outputs[0] ?? ""));
    }
    if (step.collect === "wheel") await settleWheels(partialPath(step.outputs[0] ?? ""), step.cwd);
    if (step.collect !== "in-place") for (const output of step.outputs) await moveIntoPlace(partialPath(output), output, options.log);
    const sizes = step.map && (await measure(step.outputs[0] ?? "", step.map));
    const record: StepRecord = {
      key: options.key,
      seconds: outcome.seconds - running.waited(),
      outputs: await hashOutputs(step.outputs),
      ...(sizes ? { sizes } : {}),
    };
    succeeded = true;
    return { record, fresh: false, waited: running.waited() };
  } finally {
    running.end(succeeded);
    await cleanUp(step);
  }
}

/** Shows cargo's progress; its bar stays out of the log. */
function readProgress(running: Running): LineReader {
  return (line) => {
    const progress = readCargoProgress(line);
    if (progress) running.update(progress);
    return isCargoBar(line);
  };
}

/** Removes the leftovers of this execution, or of a killed one before it. Without the signal, since it must run after an interrupt too. */
async function cleanUp(step: Step): Promise<void> {
  // A missing container is not an error; if one is left, the start of the next one with its name fails.
  if (step.cleanUp) await run({ argv: step.cleanUp, env: step.env, timeoutSeconds: 60 });
  await rm(step.partial, { recursive: true, force: true });
}

async function moveIntoPlace(partial: string, output: string, log: string): Promise<void> {
  if (!existsSync(partial)) {
    throw new BoardkitError(`the command succeeded but wrote no ${basename(output)}`, {
      code: "NO_OUTPUT",
      place: dirname(partial),
      fix: `the whole log: ${log}`,
    });
  }
  await mkdir(dirname(output), { recursive: true });
  if ((await stat(partial)).isDirectory()) await rm(output, { recursive: true, force: true });
  await rename(partial, output);
}

/** Renames the addon in a folder, if there is exactly one. */
async function renameAddon(folder: string, path: string): Promise<void> {
  const [name, ...others] = (await readdir(folder)).filter((file) => file.endsWith(".node"));
  if (name && others.length === 0) await rename(join(folder, name), path);
}

/** Keeps the type definitions that napi-rs writes beside an addon, if it writes any. */
async function keepTypes(folder: string, dist: string): Promise<void> {
  const types = join(folder, NAPI_TYPES);
  if (existsSync(types)) await rename(types, join(dist, NAPI_TYPES));
}

/** Copies the test executables that cargo names out of its folder, since a later build may remove them. */
async function collectTests(messages: string, folder: string, [inside, outside] = ["", ""]): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const line of messages.split("\n").filter((text) => text.startsWith("{"))) {
    const message = JSON.parse(line) as {
      reason: string;
      executable?: string | null;
      package_id?: string;
      target?: { name: string; kind: string[] };
    };
    if (message.reason !== "compiler-artifact" || !message.executable) continue;
    const crate = basename(message.package_id?.split("#")[0] ?? "");
    await copyFile(
      `${outside}${message.executable.slice(inside.length)}`,
      join(folder, `${crate}-${message.target?.kind[0]}-${message.target?.name}`),
    );
  }
  if ((await readdir(folder)).length === 0) throw new BoardkitError("cargo named no test executable", { code: "NO_OUTPUT" });
}

async function hashOutputs(outputs: string[]): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const path of outputs) {
    hashes[basename(path)] = (await stat(path)).isDirectory() ? await hashInputs([path]) : await hashFile(path);
  }
  return hashes;
}
