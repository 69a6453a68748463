// The text `.run` of a release, which the launcher on the board reads: the environment, the program, and the trial load of its addons. Pure.
import { shellWord } from "../../lib/shell-word.ts";
import { WRITTEN_BY } from "./units/service.ts";

export type RunFile = {
  /** The Node on the board; absent for a program of another kind. */
  node?: string;
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

/** The text; the launcher reads it with `.` in the release's folder. */
export function formatRun({ node, flags, command, env, addon, addons }: RunFile): string {
  const variables = Object.entries(env).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const words = node === undefined ? command : [node, ...flags, ...command];
  const check = node === undefined || addons.length === 0 ? ":" : [node, "-e", LOAD, ...addons].map(shellWord).join(" ");
  return [
    WRITTEN_BY,
    ...variables.map(([name, value]) => `export ${name}=${shellWord(value)}`),
    ...(addon === undefined ? [] : [`export ${addon.variable}="$PWD"/${shellWord(addon.path)}`]),
    `program() { exec ${words.map(shellWord).join(" ")}; }`,
    `check() { ${check}; }`,
    "",
  ].join("\n");
}
