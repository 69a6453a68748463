// What a caller needs to compile the probe host: its C sources, the folders of its headers, and the stubs that complete it.
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
  /** C files to compile, without the generated one. */
  readonly sources: readonly string[];
  /** Header files that the sources include, for a hash of the inputs. */
  readonly headers: readonly string[];
  /** Folders for `-I`. */
  readonly includeDirs: readonly string[];
  /** Compiler arguments besides `-o`, the files and the folders. */
  readonly flags: readonly string[];
  /** More of them for `zig cc`, which links musl statically unless told so, and a static program cannot load an addon. */
  readonly zigFlags: readonly string[];
  /** Writes the stubs of what the host does not implement into a folder, which it makes, and returns the C file's path. */
  generate(dir: string): Promise<string>;
};

/** Where the probe host's sources are. Reads nothing until `generate` is called. */
export function probeSources(): ProbeSources {
  const sources = topics.map((topic) => join(folder, `${topic}.c`));
  return {
    sources,
    headers: ["probe.h", "report.h"].map((name) => join(folder, name)),
    includeDirs: [headers.include_dir],
    // The addon finds the Node-API functions in the executable's dynamic symbols, by the loader or by dlsym.
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
