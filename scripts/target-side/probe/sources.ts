// Inputs to compile the probe host: its C sources, header folders, and the stubs of unimplemented functions.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";

import { packageRoot } from "../../lib/paths.ts";
import { stubSource, type SymbolTable, unimplementedSymbols } from "./symbols.ts";

const folder = join(packageRoot, "scripts/target-side/probe");
const headers = createRequire(import.meta.url)("node-api-headers") as { include_dir: string; symbols: SymbolTable };
const topics = ["host", "report", "values", "realm", "primitives", "strings", "bytes", "objects", "functions", "runtime", "later"];

/** Inputs of the compiler. All paths are absolute. */
export type ProbeSources = {
  /** C files to compile, without the generated file. */
  readonly sources: readonly string[];
  /** Header files that the sources include, for a hash of the inputs. */
  readonly headers: readonly string[];
  /** Folders for `-I`. */
  readonly includeDirs: readonly string[];
  /** Further compiler arguments, without `-o`, the files and the folders. */
  readonly flags: readonly string[];
  /** Additional arguments for `zig cc`: by default it links musl statically, and a static program cannot load an addon. */
  readonly zigFlags: readonly string[];
  /** Writes the stubs of unimplemented functions to a folder, which it creates, and returns the path of the C file. */
  generate(dir: string): Promise<string>;
};

/** The inputs of the probe host. Only `generate` reads files. */
export function probeSources(): ProbeSources {
  const sources = topics.map((topic) => join(folder, `${topic}.c`));
  return {
    sources,
    headers: ["probe.h", "report.h"].map((name) => join(folder, name)),
    includeDirs: [headers.include_dir],
    // -rdynamic: addons find the Node-API functions in the executable's dynamic symbols, by the dynamic loader or by dlsym.
    flags: ["-std=c11", "-O1", "-Wall", "-Wextra", "-Werror", "-rdynamic", "-pthread", "-ldl", "-lm"],
    zigFlags: ["-dynamic"],
    async generate(dir) {
      const texts = await Promise.all(sources.map((path) => readFile(path, "utf8")));
      const path = join(dir, "unimplemented.c");
      await mkdir(dir, { recursive: true });
      await writeFile(path, stubSource(unimplementedSymbols(headers.symbols, texts)));
      return path;
    },
  };
}
