// npm: writes the lockfile of packages, and installs by a lockfile for another system. No script runs.
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { glob } from "tinyglobby";
import { z } from "zod";
import { run } from "../../tools/exec.ts";
import { managerEnvironment } from "./environment.ts";
import { listComplaints, listMissing } from "./incomplete.ts";
import { installError, type Reason } from "./install-error.ts";
import type { Installer, Run } from "./installer.ts";
import { hideSecrets, readNpmrc } from "./npmrc.ts";
import { listRefused } from "./refused.ts";
import { platformOptions } from "./system.ts";

const OPTIONS = ["--json", "--ignore-scripts", "--no-audit", "--no-fund", "--no-bin-links", "--global=false", "--dry-run=false"];
/** The default waits for more than a minute before it reports that there is no network. */
const NETWORK = ["--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000"];

const answer = z.object({ error: z.object({ code: z.string().catch(""), summary: z.string().catch(""), detail: z.string().catch("") }) });

/**
 * Writes the package-lock.json of the package.json in a folder, with `names` added; returns its text. It is for every system: the options
 * --os, --cpu and --libc do not matter yet.
 */
export async function lockByNpm(names: string[], how: Run): Promise<string> {
  const what = names.length > 0 ? names.join(" ") : "the packages of package.json";
  // With --force npm does not stop at a package for another system than this machine's.
  const failed = await runNpm(["install", "--package-lock-only", "--force", "--", ...names], how);
  if (failed) throw installError(what, "npm", failed);
  return readFile(join(how.folder, "package-lock.json"), "utf8");
}

/** Installs by the lockfile of a folder, as `npm ci` or `npm install` does on the board. */
export const installByNpm: Installer = async ({ what, lock, isLocked, system, omit, ...rest }) => {
  const kinds = ["--include=prod", "--include=optional", ...omit.map((one) => `--omit=${one}`)];
  // Without --force npm stops at a package that this machine's system must not have; the optional ones it chooses by the options.
  const install = (command: string) => runNpm([command, "--force", ...platformOptions(system), ...kinds], rest);
  const failed = await install(isLocked ? "ci" : "install");
  const missing = failed && listMissing(failed, lock);
  if (failed && missing === undefined) throw installError(what, "npm", describeOutdated(failed));
  if (missing !== undefined) {
    const again = await install("install");
    if (again) throw installError(what, "npm", again);
    await removePackages(rest.folder, missing);
  }
  return listRefused(lock, system, omit);
};

/** Removes packages wherever they are installed. */
async function removePackages(folder: string, names: string[]): Promise<void> {
  const patterns = names.map((name) => `**/node_modules/${name}`);
  const found = await glob(patterns, { cwd: folder, onlyDirectories: true, absolute: true, followSymbolicLinks: false });
  for (const path of found) await rm(path, { recursive: true, force: true });
}

/** npm says in general that the lockfile is outdated, and then why. */
function describeOutdated({ code, text }: Reason): Reason {
  const [first, ...more] = listComplaints(text);
  return { code, text: first === undefined ? text : `${first}${more.length > 0 ? `, and ${more.length} more` : ""}` };
}

/** The versions of a package in the registry that the .npmrc in `cwd` names; empty if it is not there. */
export async function listVersions(name: string, cwd: string, env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<string[]> {
  const argv = ["npm", "view", name, "versions", "--json", ...NETWORK];
  const outcome = await run({ argv, cwd, env: managerEnvironment(env), signal });
  const json = jsonOf(outcome.stdout);
  if (outcome.exitCode === 0) return z.union([z.array(z.string()), z.string().transform((one) => [one])]).parse(json);
  const { error } = answer.catch({ error: { code: "", summary: outcome.stderr, detail: "" } }).parse(json);
  if (error.code === "E404") return [];
  throw installError(`the versions of ${name}`, "npm", { code: error.code, text: hideSecrets(error.summary, await readNpmrc(cwd)) });
}

/** Runs npm; returns its reason if it fails. */
async function runNpm([command = "", ...args]: string[], { folder, npmrc, env, signal }: Run): Promise<Reason | undefined> {
  const argv = ["npm", command, ...OPTIONS, ...NETWORK, ...args];
  const outcome = await run({ argv, cwd: folder, env: managerEnvironment(env), signal });
  if (outcome.exitCode === 0) return undefined;
  const parsed = answer.safeParse(jsonOf(outcome.stdout));
  const reason = parsed.success
    ? { code: parsed.data.error.code, text: parsed.data.error.summary || parsed.data.error.detail }
    : { code: "", text: outcome.stderr.split("\n").find((line) => /^npm (error|ERR!)/.test(line)) ?? `it exited with ${outcome.exitCode}` };
  return { code: reason.code, text: hideSecrets(reason.text, npmrc) };
}

/** The JSON of an output, which may begin with lines of text. */
function jsonOf(stdout: string): unknown {
  try {
    return JSON.parse(stdout.slice(Math.max(0, stdout.search(/^[[{"]/m)))) as unknown;
  } catch {
    // The reason is in the other output then.
    return undefined;
  }
}
