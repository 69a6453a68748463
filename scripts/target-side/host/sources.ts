// Inputs to compile the host: quickjs-ng, the C sources of the host with its JavaScript, and the stubs of Node-API functions that it lacks.
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { packageRoot } from "../../lib/paths.ts";
import { writeWhole } from "../../lib/whole-file.ts";
import { changeEngine } from "./engine.ts";
import { stubSource, type SymbolTable, unimplementedSymbols } from "./symbols.ts";

const folder = join(packageRoot, "scripts/target-side/host");
const headers = createRequire(import.meta.url)("node-api-headers") as { include_dir: string; symbols: SymbolTable };
/** The folder of node_api.h. */
export const nodeApiHeaders = headers.include_dir;

/** The name of the host in reports: its version, and that of its engine. */
export const HOST_NAME = "host 1.0, quickjs-ng 0.16";

/** Finds what the host lacks in the text of its error; modules/module.cjs writes it. */
export const HOST_LACKS = /the host has no (.+): it runs smoke scripts on targets without Node/;

const core = [
  "addons",
  "allocate",
  "attachments",
  "cleanup",
  "faults",
  "files",
  "handles",
  "loop",
  "main",
  "modules",
  "natives",
  "processes",
  "texts",
] as const;
const napi = [
  "bigints",
  "bytes",
  "errors",
  "functions",
  "objects",
  "properties",
  "references",
  "runtime",
  "strings",
  "threadsafe",
  "values",
  "views",
  "works",
  "wraps",
] as const;
/** The first one starts the others. */
const modules = [
  "start",
  "assert",
  "buffer",
  "console",
  "equal",
  "events",
  "fs",
  "globals",
  "inspect",
  "lacking",
  "module",
  "os",
  "path",
  "process",
  "timers",
  "url",
  "util",
] as const;

/** Node's modules that the host has, without `node:`: the table of modules/start.cjs. */
export async function hostModules(): Promise<Set<string>> {
  const [, table = ""] = /const available = \{([^}]*)\}/.exec(await readFile(join(folder, "modules/start.cjs"), "utf8")) ?? [];
  return new Set([...table.matchAll(/^ {2}"?([\w/]+)"?:/gm)].map(([, name = ""]) => name));
}

/** Inputs of a C compiler. All paths are absolute. */
export type HostSources = {
  /** C files to compile, without the generated ones. */
  readonly sources: readonly string[];
  /** Header files that the sources include, for a hash of the inputs. */
  readonly headers: readonly string[];
  /** Compiler arguments, without `-o` and the files. */
  readonly flags: readonly string[];
  /** Additional arguments for `zig cc`: by default it links musl statically, and a static program cannot load an addon. */
  readonly zigFlags: readonly string[];
  /** Paths of the generated C files to compile. */
  readonly generated: readonly string[];
  /** Writes the generated files: the engine with its changes, the JavaScript of the host, and stubs of the functions that it lacks. */
  generate(): Promise<void>;
};

/** The inputs of the host. `engine` is the path of quickjs.c, `dir` the folder of generated files. Only `generate` reads files. */
export function hostSources(engine: string, dir: string): HostSources {
  const sources = [...core.map((name) => join(folder, "core", `${name}.c`)), ...napi.map((name) => join(folder, "napi", `${name}.c`))];
  return {
    sources: [join(folder, "engine", "engine.c"), ...sources],
    headers: [...["core/host.h", "core/faults.h", "engine/messages.c"].map((name) => join(folder, name)), join(dir, ENGINE)],
    flags: [
      // quickjs-ng needs GNU's C and unsigned chars.
      "-std=gnu11",
      "-D_GNU_SOURCE",
      "-funsigned-char",
      // Half the time of the compiler and three quarters of the size of -O2; smoke scripts spend their time in the addon.
      "-Os",
      "-Wall",
      "-Wextra",
      "-Werror",
      // Addons find the Node-API functions in the executable's dynamic symbols; other names of the host must not hide those of an addon.
      "-rdynamic",
      "-fvisibility=hidden",
      "-pthread",
      "-ldl",
      "-lm",
      `-I${headers.include_dir}`,
      `-I${join(folder, "core")}`,
      `-isystem${dir}`,
      // As system headers, the engine's sources do not get our warnings.
      `-isystem${dirname(engine)}`,
    ],
    zigFlags: ["-dynamic", "-fno-sanitize=undefined"],
    generated: [join(dir, STUBS), join(dir, MODULES)],
    async generate() {
      const texts = await Promise.all(sources.map((path) => readFile(path, "utf8")));
      const scripts = await Promise.all(modules.map((name) => readFile(join(folder, "modules", `${name}.cjs`), "utf8")));
      await writeWhole(join(dir, ENGINE), changeEngine(await readFile(engine, "utf8")));
      await writeWhole(join(dir, STUBS), stubSource(unimplementedSymbols(headers.symbols, texts)));
      await writeWhole(join(dir, MODULES), modulesSource(modules.map((name, index) => [name, scripts[index] ?? ""])));
    },
  };
}

const ENGINE = "quickjs-changed.c";
const STUBS = "unimplemented.c";
const MODULES = "modules.c";

/** C source with the files of modules/ as texts; `??` could begin a trigraph. */
function modulesSource(files: readonly (readonly [name: string, text: string])[]): string {
  const literal = (text: string) =>
    text.replace(/^.*\n?/gm, (line) => (line === "" ? "" : `\n    ${JSON.stringify(line).replaceAll("??", "?\\?")}`));
  return [
    "// Generated from the files of scripts/target-side/host/modules.",
    '#include "host.h"',
    `const size_t host_module_count = ${files.length};`,
    "const struct host_module host_modules[] = {",
    ...files.map(([name, text]) => `  {"${name}",${literal(text)}},`),
    "};",
    "",
  ].join("\n");
}
