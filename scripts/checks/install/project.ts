// One project that has @boardkit/grid installed by a package manager, and what became of it.
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { folderBytes } from "../../lib/paths.ts";
import { describeEnd, run, tailOf, type Outcome } from "../../tools/exec.ts";

/** A package with a binary that was installed. */
export type Arrived = { name: string; bytes: number };

export type Checked = {
  ok: boolean;
  /** Code of the loader's error. */
  code?: string;
  /** What it answered, or the loader's whole text. */
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

/** Makes a project anew that depends on a package, with the files that its package manager reads. */
export async function makeProject(folder: string, dependencies: Record<string, string>, files: Record<string, string>): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const manifest = { name: "installs", version: "1.0.0", private: true, dependencies };
  for (const [name, text] of Object.entries({ "package.json": JSON.stringify(manifest), ...files }))
    await writeFile(join(folder, name), text);
  await copyFile(join(import.meta.dirname, "check.cjs"), join(folder, "check.cjs"));
}

/** Runs a script of Node in a project, once more if the emulator broke it off. */
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

/** `npm run` tells its children its own settings, which would go before those of the project. */
function cleanEnv(): Record<string, undefined> {
  return Object.fromEntries(Object.keys(process.env).flatMap((name) => (/^(npm|pnpm|yarn)_/i.test(name) ? [[name, undefined]] : [])));
}

/** Packages with a binary below node_modules. */
export async function findArrived(folder: string): Promise<Arrived[]> {
  const entries = await readdir(join(folder, "node_modules"), { recursive: true, withFileTypes: true });
  const folders = entries.filter((entry) => entry.isFile() && entry.name.endsWith(".node")).map((entry) => entry.parentPath);
  const arrived = folders.map(async (path) => {
    const { name } = JSON.parse(await readFile(join(path, "package.json"), "utf8")) as { name: string };
    return { name, bytes: await folderBytes(path) };
  });
  return (await Promise.all(arrived)).toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

/** Asks for one decision. */
export async function checkProject(folder: string, runner: Runner): Promise<Checked> {
  const outcome = await runNode(folder, [join(folder, "check.cjs")], runner);
  const line = outcome.stdout.split("\n").findLast((text) => text.startsWith("{"));
  return line ? (JSON.parse(line) as Checked) : { ok: false, text: `node ${describeEnd(outcome)}: ${tailOf(outcome.stderr)}` };
}

/** A folder with a command for each script of Node. */
export async function writeCommands(folder: string, node: string, scripts: Record<string, string>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, script] of Object.entries({ ...scripts, node: "" })) {
    const words = [node, script].filter(Boolean).map((word) => `"${word}"`);
    await writeFile(join(folder, name), `#!/bin/sh\nexec ${words.join(" ")} "$@"\n`, { mode: 0o755 });
  }
}

/** The folder that a script lies in, for PATH. */
export const searchPathWith = (folder: string) => `${folder}:${dirname(process.execPath)}:/usr/bin:/bin`;
