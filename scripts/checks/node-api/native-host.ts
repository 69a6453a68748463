// The host and addons for this machine, compiled by zig; the host also with sanitizers, by the machine's gcc, which has their libraries.
import { mkdir } from "node:fs/promises";
import { dirname, extname, join } from "node:path";
import type { Registry } from "../../model/registry.ts";
import { engineFile, generatedFolder } from "../../stages/plan/host.ts";
import { hostSources, nodeApiHeaders } from "../../target-side/host/sources.ts";
import { zigCaches } from "../../tools/compilers/zig.ts";
import { runOrFail } from "../../tools/exec.ts";
import { zigPaths } from "../../tools/store/zig-paths.ts";

const machine = `${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu.2.17`;

/** Where the compiler and the engine's sources are; both must be in the store. */
export type Kit = { registry: Registry; cache: string; signal: AbortSignal };

/** `optimized` is the host of the targets; `checked` stops at memory errors and undefined behaviour, and frees everything at its end. */
export type HostKind = "optimized" | "checked";

/** Compiles the host; returns its path. */
export async function compileHost({ registry, cache, signal }: Kit, kind: HostKind, folder: string): Promise<string> {
  const { sources, flags, zigFlags, generate, generated } = hostSources(
    engineFile(cache, registry),
    // Not in `folder`: zig compiles a file again if its path has changed.
    generatedFolder(cache),
  );
  const program = join(folder, kind === "checked" ? "host-checked" : "host");
  await generate();
  const files = [...sources, ...generated];
  const zig = zigPaths(cache, registry);
  const argv =
    kind === "checked"
      ? [
          "gcc",
          "-fsanitize=address,undefined",
          "-fno-sanitize-recover=undefined",
          "-g",
          "-DHOST_FREE",
          ...flags,
          "-O1",
          "-o",
          program,
          ...files,
        ]
      : [zig.zig, "cc", "-target", machine, ...zigFlags, ...flags, "-s", "-o", program, ...files];
  await runOrFail({ argv, env: zigCaches(zig), signal }, "HOST_FAILED", "the host must compile with zig and gcc");
  return program;
}

/**
 * Compiles an addon of C or C++ files by the machine's own compiler, since zig would build its C++ library first, for minutes; returns its
 * path. The tests use experimental functions, which only Node's own headers have; they are in `checkout`/src.
 */
export async function compileAddon(
  files: string[],
  defines: string[],
  output: string,
  checkout: string,
  signal: AbortSignal,
): Promise<string> {
  const compiler = files.some((file) => extname(file) !== ".c") ? "c++" : "cc";
  await mkdir(dirname(output), { recursive: true });
  const argv = [
    compiler,
    "-shared",
    "-fPIC",
    "-O1",
    "-w",
    `-I${join(checkout, "src")}`,
    `-I${nodeApiHeaders}`,
    ...defines.map((name) => `-D${name}`),
    "-o",
    output,
    ...files,
  ];
  await runOrFail({ argv, signal }, "ADDON_FAILED");
  return output;
}
