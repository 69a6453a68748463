// The data of targets/ in the published package: one file, checked and completed with defaults when the package is built.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync } from "node:zlib";
import { packageRoot } from "../lib/paths.ts";
import type { Registry } from "./registry.ts";

/** The file in the package; compressed, since the packages of Debian have thousands of libraries. */
export const COMPILED_REGISTRY = "lib/registry.json.br";

/** The bytes of the file. */
export function compileRegistry(registry: Registry): Buffer {
  const { architectures, triples, cpus, libraries, systems, boards, toolchains, profiles, timings } = registry;
  const folders = { architectures, triples, cpus, libraries, systems, boards, toolchains, profiles, timings };
  return brotliCompressSync(JSON.stringify(Object.fromEntries(Object.entries(folders).map(([name, values]) => [name, [...values]]))));
}

/** Reads the file. */
export function loadCompiledRegistry(): Registry {
  const folders = JSON.parse(brotliDecompressSync(readFileSync(join(packageRoot, COMPILED_REGISTRY))).toString()) as Record<
    string,
    [string, never][]
  >;
  return Object.fromEntries(Object.entries(folders).map(([name, entries]) => [name, new Map(entries)])) as unknown as Registry;
}
