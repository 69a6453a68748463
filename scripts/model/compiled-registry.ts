// The data of targets/ in the published package: one file, checked and completed with defaults when the package is built.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../lib/paths.ts";
import type { Registry } from "./registry.ts";

/** The file in the package. */
export const COMPILED_REGISTRY = "lib/registry.json";

/** The text of the file. */
export function compileRegistry(registry: Registry): string {
  const { architectures, triples, cpus, systems, boards, toolchains, profiles } = registry;
  const folders = { architectures, triples, cpus, systems, boards, toolchains, profiles };
  return JSON.stringify(Object.fromEntries(Object.entries(folders).map(([name, values]) => [name, [...values]])));
}

/** Reads the file. */
export function loadCompiledRegistry(): Registry {
  const folders = JSON.parse(readFileSync(join(packageRoot, COMPILED_REGISTRY), "utf8")) as Record<string, [string, never][]>;
  return Object.fromEntries(Object.entries(folders).map(([name, entries]) => [name, new Map(entries)])) as unknown as Registry;
}
