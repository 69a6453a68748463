// The files that a wheel is made from.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Project } from "../../model/project.ts";
import { readPyproject } from "../../model/python/pyproject.ts";
import { localClosure, readCargoMetadata } from "../../tools/rust/rust.ts";
import { crateInputs, workspaceFiles } from "../plan/facts.ts";
import { pythonFolder, pythonManifest } from "./plan.ts";

/** Files and folders: the Python package, and the crates that its extension module is compiled from. */
export async function wheelInputs(project: Project, signal: AbortSignal): Promise<string[]> {
  const folder = pythonFolder(project);
  const manifest = pythonManifest(project);
  const { metadata } = await readCargoMetadata(manifest, signal);
  const modules = readPyproject(folder)?.modules ?? folder;
  const own = [modules, ...["pyproject.toml", "README.md", "LICENSE"].map((name) => join(folder, name))].filter((path) => existsSync(path));
  return [...own, ...localClosure(metadata, [manifest]).flatMap(crateInputs), ...workspaceFiles(metadata)];
}
