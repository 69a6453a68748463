// `boardkit init`: the changes to a napi-rs project with which Boardkit builds, runs and publishes it.
import { existsSync, readFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { createTwoFilesPatch, FILE_HEADERS_ONLY } from "diff";
import { BoardkitError } from "../../lib/errors.ts";
import { packageRoot } from "../../lib/paths.ts";
import { writeWhole } from "../../lib/whole-file.ts";
import { readPackageJson, readProject, type PackageJson } from "../../model/project.ts";
import { selectTriples, type Registry } from "../../model/registry.ts";
import type { Triple } from "../../model/targets/triple.ts";
import { boardsOf } from "../matrix/matrix.ts";
import { findAddon, findInstall, findRepo } from "./detect.ts";
import { withAdditions, type Addition } from "./package-json.ts";
import { isWrittenByInit, MARK, WORKFLOW, workflowText } from "./workflow.ts";

/** A change of a file; `before` is empty for a new one. */
export type Change = { path: string; before: string; after: string };

export type InitOptions = {
  /** Targets, or globs of them, to add to napi.targets. */
  targets: string[];
  /** Tag or commit of Boardkit's repo, for its workflows. */
  ref?: string;
};

export type InitPlan = {
  /** Folder that the paths of the diff are relative to. */
  repo: string;
  changes: Change[];
  /** Notes for the user. */
  notes: string[];
};

/** The changes to a project; none if every file is up to date. */
export function planInit(cwd: string, options: InitOptions, registry: Registry): InitPlan {
  const folder = resolve(cwd);
  const { version = "" } = readPackageJson(packageRoot);
  const root = readPackageJson(folder);
  const addon = findAddon(folder, root);
  const project = readProject(folder, addon);
  const isAddon = project.addonFolder === folder;
  const targets = addedTargets(project.napiTargets, options.targets, registry);
  const shipped = shippedTargets(targets ?? project.napiTargets, project.addonFolder, registry);
  const targetAdditions = targets ? [{ path: ["napi", "targets"], value: targets }] : [];
  const additions = [
    ...(isAddon ? targetAdditions : []),
    ...(root.scripts?.boardkit === undefined ? [{ path: ["scripts", "boardkit"], value: "boardkit" }] : []),
    ...(addon === undefined ? [] : [{ path: ["boardkit", "addon"], value: addon }]),
    ...(project.settings.boards ? [] : [{ path: ["boardkit", "boards"], value: boardsOf(registry, project, shipped).map(({ id }) => id) }]),
    ...(hasBoardkit(root) ? [] : [{ path: ["devDependencies", "boardkit"], value: `^${version}` }]),
  ];
  const repo = findRepo(folder);
  const facts = { ref: options.ref ?? `v${version}`, version, folder: relative(repo, folder) || ".", install: findInstall(folder, repo) };
  const changes = [
    changeOf(folder, additions),
    ...(isAddon ? [] : [changeOf(project.addonFolder, targetAdditions)]),
    workflowChange(join(repo, WORKFLOW), workflowText(facts)),
  ].filter(({ before, after }) => before !== after);
  const notes = [
    ...(hasBoardkit(root) ? [] : ["install boardkit with your package manager, and commit the lockfile"]),
    ...(root.scripts?.boardkit === undefined || root.scripts.boardkit === "boardkit"
      ? []
      : [`the script boardkit of package.json is kept, "${root.scripts.boardkit}": the workflow calls it`]),
  ];
  return { repo, changes, notes: changes.length > 0 ? notes : [] };
}

/** Writes changes, each file completely or not at all. */
export async function applyChanges(changes: Change[]): Promise<void> {
  for (const { path, after } of changes) await writeWhole(path, after);
}

/** Changes as `git diff` shows them. */
export function describeChanges({ repo, changes }: InitPlan): string {
  return changes
    .map(({ path, before, after }) => {
      const name = relative(repo, path);
      const from = before === "" ? "/dev/null" : `a/${name}`;
      return createTwoFilesPatch(from, `b/${name}`, before, after, undefined, undefined, { headerOptions: FILE_HEADERS_ONLY });
    })
    .join("");
}

function changeOf(folder: string, additions: Addition[]): Change {
  const path = join(folder, "package.json");
  const before = readFileSync(path, "utf8");
  return { path, before, after: withAdditions(before, additions) };
}

function workflowChange(path: string, after: string): Change {
  const before = existsSync(path) ? readFileSync(path, "utf8") : "";
  if (before === "" || isWrittenByInit(before)) return { path, before, after };
  throw new BoardkitError(`${WORKFLOW} exists and was not written by init`, {
    code: "WORKFLOW_TAKEN",
    exit: "usage",
    place: path,
    fix: `rename that file; or, to let init overwrite it, make this its first line:\n${MARK}`,
  });
}

/** napi.targets with the requested ones; undefined if it has all of them. */
function addedTargets(before: string[], patterns: string[], registry: Registry): string[] | undefined {
  const requested = patterns.length > 0 ? selectTriples(registry, patterns).map(({ triple }) => triple) : [];
  const missing = requested.filter((triple) => !before.includes(triple));
  return missing.length > 0 ? [...before, ...missing] : undefined;
}

/** The targets that Boardkit builds for the project: all, if it names none. */
function shippedTargets(named: string[], place: string, registry: Registry): Triple[] {
  const known = named.filter((triple) => registry.triples.has(triple));
  if (known.length > 0 || named.length === 0) return selectTriples(registry, known).filter(({ why }) => !why);
  throw new BoardkitError(`napi.targets names ${named.join(", ")}, and none of them is a target of Boardkit`, {
    code: "TARGET_NONE",
    exit: "nothingMatched",
    place: join(place, "package.json"),
    fix: `add targets, for example: boardkit init --target 'armv7-*'; the targets are:\n${[...registry.triples.keys()].join("\n")}`,
  });
}

function hasBoardkit({ dependencies, devDependencies, name }: PackageJson): boolean {
  return name === "boardkit" || dependencies?.boardkit !== undefined || devDependencies?.boardkit !== undefined;
}
