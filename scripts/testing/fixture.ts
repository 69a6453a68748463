// Small shared objects for tests, compiled by zig for any target.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheRoot } from "../lib/paths.ts";
import { loadRegistry } from "../model/registry.ts";
import { zigPaths } from "../pipeline/plan-builder.ts";
import { probeSources } from "../probe/sources.ts";
import { zigCaches } from "../tools/zig.ts";
import { temporaryFolder } from "./temporary-folder.ts";

/** Runs the zig of the cache, which `npm test` has brought before. */
export function runZig(args: readonly string[], cwd?: string): void {
  const zig = zigPaths(cacheRoot(process.env), loadRegistry());
  execFileSync(zig.zig, args, { ...(cwd ? { cwd } : {}), env: { ...process.env, ...zigCaches(zig) }, stdio: ["ignore", "ignore", "pipe"] });
}

/** C text of an addon whose registration runs the given statements. */
export function addonSource(body: string, before = ""): string {
  return `#define NAPI_VERSION 8\n#include <node_api.h>\n${before}\nNAPI_MODULE_INIT() { ${body} return exports; }\n`;
}

/** Compiles C (or with `.s` assembler) text into a shared object for a zig target, and returns its path; it goes when the test ends. */
export function compileShared(source: string, target: string, flags: string[] = [], name = "addon.node"): string {
  const folder = temporaryFolder();
  const isAssembler = /^\s*\./m.test(source) && !source.includes("#include") && !source.includes("{");
  const file = join(folder, isAssembler ? "source.s" : "source.c");
  const output = join(folder, name);
  writeFileSync(file, source);
  const include = probeSources().includeDirs.map((path) => `-I${path}`);
  const strip = flags.includes("-g") ? [] : ["-s"];
  runZig(["cc", "-target", target, "-shared", "-fPIC", "-O1", "-Wl,-z,undefs", ...strip, ...flags, ...include, "-o", output, file]);
  return output;
}
