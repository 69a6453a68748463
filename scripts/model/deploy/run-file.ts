// The text `.run` of a release, which the launcher on the board reads: the environment, the program, and the trial load of its addons. Pure.
import { shellWord } from "../../lib/shell-word.ts";
import { WRITTEN_BY } from "./units/service.ts";

/** A runtime that the deploy has sent: it is in `runtimes/<id>` beside the releases. */
type SentRun = {
  id: string;
  /** For `boardkit status`, without a line break. */
  name: string;
  /** Path of its program in its folder. */
  program: string;
  /** Path of a folder in it with libraries. */
  libraries?: string;
};

export type RunFile = {
  /** The Node that runs the script; absent for a program of another kind. With `sent` it is that runtime. */
  node?: string;
  sent?: SentRun;
  flags: string[];
  /** Script for Node, or a program with its arguments. */
  command: string[];
  env: Record<string, string>;
  /** Addon of the project itself, and the variable by which its loader takes it. */
  addon?: { variable: string; path: string };
  /** Addons that the trial load loads. */
  addons: string[];
};

/** Loads each addon as the program would. */
const LOAD = 'for (const one of process.argv.slice(1)) require(require("node:path").resolve(one));';

/** The text; the launcher reads it with `.` in the release's folder. The second line names a runtime: the tool and the launcher look there. */
export function formatRun({ node, sent, flags, command, env, addon, addons }: RunFile): string {
  const variables = Object.entries(env).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const runtime = sent === undefined ? node && shellWord(node) : `"$runtime_folder"/${shellWord(sent.program)}`;
  const words = [...(node === undefined ? [] : [runtime]), ...[...(node === undefined ? [] : flags), ...command].map(shellWord)];
  // A sent runtime is started in any case: it has never run on that board.
  const isChecked = runtime !== undefined && (sent !== undefined || addons.length > 0);
  const check = isChecked ? [runtime, ...["-e", LOAD, ...addons].map(shellWord)].join(" ") : ":";
  return [
    WRITTEN_BY,
    ...(sent === undefined ? [] : sentLines(sent)),
    ...variables.map(([name, value]) => `export ${name}=${shellWord(value)}`),
    ...(addon === undefined ? [] : [`export ${addon.variable}="$PWD"/${shellWord(addon.path)}`]),
    `program() { exec ${words.join(" ")}; }`,
    `check() { ${check}; }`,
    "",
  ].join("\n");
}

/** Child processes find the runtime by their PATH, and addons its libraries by the name that systems give them. */
function sentLines({ id, name, program, libraries }: SentRun): string[] {
  const folder = program.split("/").slice(0, -1).join("/");
  const before = (variable: string, path: string) =>
    `export ${variable}="$runtime_folder"/${shellWord(path)}"\${${variable}:+:$${variable}}"`;
  return [
    `runtime=${id} # ${name}`,
    `runtime_folder=$(cd "../../runtimes/$runtime" && pwd) || exit`,
    before("PATH", folder),
    ...(libraries === undefined ? [] : [before("LD_LIBRARY_PATH", libraries)]),
  ];
}
