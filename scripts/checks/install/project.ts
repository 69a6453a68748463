// A project that depends on @boardkit/grid, and the result of its installation.
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { folderBytes } from "../../lib/paths.ts";
import { describeEnd, run, tailOf, type Outcome } from "../../tools/exec.ts";

/** An installed package with a binary. */
export type Arrived = { name: string; bytes: number };

export type Checked = {
  ok: boolean;
  /** Code of the loader's error. */
  code?: string;
  /** The answers, or the loader's complete text. */
  text: string;
  fix?: string;
};

export type Runner = {
  /** Program and first arguments of Node on the machine. */
  node: string[];
  env: Record<string, string>;
  signal: AbortSignal;
};

const TIMEOUT_SECONDS = 300;

/** Writes a new project with its dependencies and the files that its package manager reads. */
export async function makeProject(folder: string, dependencies: Record<string, string>, files: Record<string, string>): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const manifest = { name: "installs", version: "1.0.0", private: true, dependencies };
  for (const [name, text] of Object.entries({ "package.json": JSON.stringify(manifest), ...files }))
    await writeFile(join(folder, name), text);
  await copyFile(join(import.meta.dirname, "check.cjs"), join(folder, "check.cjs"));
}

/** Runs a Node script in a project; runs it a second time if a signal or the time limit ended it. */
export async function runNode(folder: string, args: string[], { node, env, signal }: Runner): Promise<Outcome> {
  const command = {
    argv: [...node, ...args],
    cwd: folder,
    env: { ...cleanEnv(), ...env, HOME: folder },
    signal,
    timeoutSeconds: TIMEOUT_SECONDS,
  };
  const outcome = await run(command);
  return outcome.endedBy || outcome.timedOut ? run(command) : outcome;
}

/** `npm run` passes its settings to its children as variables, which override the project's. */
function cleanEnv(): Record<string, undefined> {
  return Object.fromEntries(Object.keys(process.env).flatMap((name) => (/^(npm|pnpm|yarn)_/i.test(name) ? [[name, undefined]] : [])));
}

/** Packages with a binary in node_modules. */
export async function findArrived(folder: string): Promise<Arrived[]> {
  const entries = await readdir(join(folder, "node_modules"), { recursive: true, withFileTypes: true });
  const folders = entries.filter((entry) => entry.isFile() && entry.name.endsWith(".node")).map((entry) => entry.parentPath);
  const arrived = folders.map(async (path) => {
    const { name } = JSON.parse(await readFile(join(path, "package.json"), "utf8")) as { name: string };
    return { name, bytes: await folderBytes(path) };
  });
  return (await Promise.all(arrived)).toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/** Evaluates a policy in the project. */
export async function checkProject(folder: string, runner: Runner): Promise<Checked> {
  const outcome = await runNode(folder, [join(folder, "check.cjs")], runner);
  const line = outcome.stdout.split("\n").findLast((text) => text.startsWith("{"));
  return line ? (JSON.parse(line) as Checked) : { ok: false, text: `node ${describeEnd(outcome)}: ${tailOf(outcome.stderr)}` };
}

/** Writes a folder with a command for each Node script. */
export async function writeCommands(folder: string, node: string, scripts: Record<string, string>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, script] of Object.entries({ ...scripts, node: "" })) {
    const words = [node, script].filter(Boolean).map((word) => `"${word}"`);
    await writeFile(join(folder, name), `#!/bin/sh\nexec ${words.join(" ")} "$@"\n`, { mode: 0o755 });
  }
}

/** A PATH with the folder first. */
export const searchPathWith = (folder: string) => `${folder}:${dirname(process.execPath)}:/usr/bin:/bin`;
