// musl's libc.so, compiled by zig from Debian's source package, for a CPU without a binary package. zig has a compiler for every target, so
// neither make nor a cross gcc is needed. This code follows musl's Makefile for a shared library.
import { existsSync } from "node:fs";
import { chmod, copyFile, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { basename, extname, join } from "node:path";
import { hashValue } from "../../lib/hash.ts";
import { inPool } from "../../lib/pool.ts";
import { packageRoot } from "../../lib/paths.ts";
import { writeWhole } from "../../lib/whole-file.ts";
import type { Source } from "../../model/targets/toolchain.ts";
import { fetchDebianSource } from "../packages/apt.ts";
import { runOrFail } from "../exec.ts";
import { zigCaches, type ZigPaths } from "./zig.ts";

type MuslSource = Extract<Source, { kind: "musl" }>;

const COMMON = ["-O1", "-fPIC", "-w", "-ffreestanding", "-fno-stack-protector", "-fno-unwind-tables", "-fno-asynchronous-unwind-tables"];
const C_FLAGS = ["-std=c99", "-nostdinc", "-frounding-math", "-fcx-limited-range", "-fno-strict-aliasing", "-fomit-frame-pointer"];
const SECTIONS = ["-ffunction-sections", "-fdata-sections", "-D_XOPEN_SOURCE=700"];

/** Adds musl to `folder`/lib with the names of its loader. Sysroots of the same CPU share one build, which the cache folder keeps. */
export async function buildMusl(cache: string, source: MuslSource, folder: string, zig: ZigPaths, signal: AbortSignal): Promise<void> {
  const { loaders, ...build } = source;
  const kept = join(
    cache,
    "musl",
    `${hashValue([build, zig.zig, await readFile(emulationSource(MUSL_HELPERS), "utf8"), COMMON, C_FLAGS])}.so`,
  );
  if (!existsSync(kept)) await compileMusl(cache, source, folder, kept, zig, signal);
  await mkdir(join(folder, "lib"));
  await copyFile(kept, join(folder, "lib/libc.so"));
  // It is the loader too, which a kernel executes.
  await chmod(join(folder, "lib/libc.so"), 0o755);
  for (const name of loaders) await symlink("libc.so", join(folder, "lib", name));
}

/** Fetches, compiles and links musl; `folder` has the work. */
async function compileMusl(
  cache: string,
  source: MuslSource,
  folder: string,
  output: string,
  zig: ZigPaths,
  signal: AbortSignal,
): Promise<void> {
  const musl = join(folder, ".source");
  const work = join(folder, ".work");
  await mkdir(musl);
  await fetchDebianSource(cache, source.suite, "musl", musl, signal);
  await writeHeaders(source, musl, work, signal);
  const objects = await compileAll(source, musl, work, zig, signal);
  const [list, linked] = [join(work, "objects"), join(work, "libc.so")];
  await writeFile(list, objects.join("\n"));
  const link = [
    "-shared",
    "-s",
    "-e",
    "_dlstart",
    "--no-undefined",
    "--gc-sections",
    "--hash-style=both",
    `--dynamic-list=${join(musl, "dynamic.list")}`,
  ];
  // zig's own link would add compiler-rt. Its hidden memcpy, memset and others would hide those of musl from every addon.
  await runOrFail({ argv: [zig.zig, "ld.lld", ...link, "-o", linked, `@${list}`], env: zigCaches(zig), signal }, "MUSL_FAILED");
  await writeWhole(output, await readFile(linked));
  for (const path of [musl, work]) await rm(path, { recursive: true });
}

/** Writes the headers that musl's Makefile generates. */
async function writeHeaders({ arch }: MuslSource, musl: string, work: string, signal: AbortSignal): Promise<void> {
  for (const name of ["include/bits", "internal"]) await mkdir(join(work, name), { recursive: true });
  const templates = [join(musl, "arch", arch, "bits/alltypes.h.in"), join(musl, "include/alltypes.h.in")];
  const types = await runOrFail({ argv: ["sed", "-f", join(musl, "tools/mkalltypes.sed"), ...templates], signal }, "MUSL_FAILED");
  await writeFile(join(work, "include/bits/alltypes.h"), types.stdout);
  const calls = await readFile(join(musl, "arch", arch, "bits/syscall.h.in"), "utf8");
  const aliases = calls
    .split("\n")
    .filter((line) => line.includes("__NR_"))
    .map((line) => line.replaceAll("__NR_", "SYS_"));
  await writeFile(join(work, "include/bits/syscall.h"), `${calls}${aliases.join("\n")}\n`);
  await writeFile(join(work, "internal/version.h"), `#define VERSION "${(await readFile(join(musl, "VERSION"), "utf8")).trim()}"\n`);
}

/** Compiles every source, one compiler call per folder, as many at a time as there are processors. */
async function compileAll(source: MuslSource, musl: string, work: string, zig: ZigPaths, signal: AbortSignal): Promise<string[]> {
  const target = ["-target", source.zigTarget];
  const includes = [
    ...[`arch/${source.arch}`, "arch/generic"].map((name) => join(musl, name)),
    join(work, "internal"),
    ...["src/include", "src/internal"].map((name) => join(musl, name)),
    join(work, "include"),
    join(musl, "include"),
  ].map((path) => `-I${path}`);
  const helpers = emulationSource(MUSL_HELPERS);
  // `zig clang` is clang itself, which spells CPU names with a hyphen.
  const clang = [
    zig.zig,
    "clang",
    ...target,
    `-mcpu=${source.zigCpu.replaceAll("_", "-")}`,
    ...COMMON,
    ...C_FLAGS,
    ...SECTIONS,
    ...includes,
    "-c",
  ];
  const cc = [zig.zig, "cc", ...target, `-mcpu=${source.zigCpu}`, ...COMMON, "-fno-sanitize=undefined", "-c"];
  const batches = [...(await findSources(musl, source.arch)).map((files) => [...clang, ...files]), [...cc, helpers]];
  // The longest first, so that all processors finish at about the same time.
  const jobs = batches.toSorted((a, b) => b.length - a.length).map((argv, index) => ({ argv, folder: join(work, `objects-${index}`) }));
  const results = await inPool(jobs, { size: availableParallelism(), keepGoing: false }, async ({ argv, folder }) => {
    await mkdir(folder);
    await runOrFail({ argv, cwd: folder, env: zigCaches(zig), signal }, "MUSL_FAILED");
    return (await readdir(folder)).map((name) => join(folder, name));
  });
  for (const result of results) if (result?.status === "rejected") throw result.reason;
  return results.flatMap((result) => (result.status === "fulfilled" ? result.value : []));
}

/** The sources by folder; a file for the architecture replaces the generic one of the same name. */
async function findSources(musl: string, arch: string): Promise<string[][]> {
  const below = (await readdir(join(musl, "src"), { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const folders = [...below.map((entry) => join("src", entry.name)), "src/malloc/mallocng", "compat/time32", "ldso"];
  return Promise.all(
    folders.map(async (folder) => {
      const found = new Map<string, string>();
      const general = (await readdir(join(musl, folder))).filter((name) => name.endsWith(".c"));
      const special = join(musl, folder, arch);
      const own = existsSync(special) ? (await readdir(special)).filter((name) => /\.[csS]$/.test(name)) : [];
      for (const name of general) found.set(basename(name, extname(name)), join(musl, folder, name));
      for (const name of own) found.set(basename(name, extname(name)), join(special, name));
      return [...found.values()];
    }),
  ).then((all) => all.filter((files) => files.length > 0));
}

/** The C file that each build of musl includes. */
export const MUSL_HELPERS = "arm-helpers.c";

/** Path of a C file in scripts/target-side/preload. */
export function emulationSource(file: string): string {
  return join(packageRoot, "scripts/target-side/preload", file);
}

/** Compiles a C file of scripts/target-side/preload into a library to preload into an emulated program. */
export async function buildPreload(
  file: string,
  zigTarget: string,
  zigCpu: string,
  output: string,
  zig: ZigPaths,
  signal: AbortSignal,
): Promise<void> {
  const object = `${output}.o`;
  const flags = ["-std=c11", "-O2", "-fPIC", "-fno-sanitize=undefined", "-fno-unwind-tables", "-fno-asynchronous-unwind-tables"];
  const compile = [zig.zig, "cc", "-target", zigTarget, `-mcpu=${zigCpu}`, ...flags, "-c", emulationSource(file), "-o", object];
  await runOrFail({ argv: compile, env: zigCaches(zig), signal }, "PRELOAD_FAILED");
  const link = [zig.zig, "ld.lld", "-shared", "-s", "--hash-style=both", "-o", output, object];
  await runOrFail({ argv: link, env: zigCaches(zig), signal }, "PRELOAD_FAILED");
  await rm(object);
}
