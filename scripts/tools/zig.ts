// zig as C compiler and linker, through cargo-zigbuild's `zig cc` wrapper, which rewrites the arguments of rustc that zig's
// linker does not take and puts LLVM's libunwind in the place of libgcc_s.
import { chmod, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { hashValue } from "../lib/hash.ts";
import { fillFolder } from "../lib/paths.ts";
import { cargoTargetVariable, ccVariable, zigTargetWithFloor } from "../model/names.ts";
import type { Triple } from "../model/triple.ts";
import { quote } from "./exec.ts";

export type ZigPaths = { zig: string; zigbuild: string; cache: string };
type Target = Pick<Triple, "triple" | "zigTarget" | "glibcFloor" | "cpu">;

/** The programs that stand as cc, c++ and ar for one target: name to shell text. */
function wrapperTexts(target: Target, paths: ZigPaths): Record<string, string> {
  // The CPU must be said here too: without it zig compiles the C runtime objects and compiler-rt of arm for ARMv7.
  const flags = `-target ${zigTargetWithFloor(target.zigTarget, target.glibcFloor)} -mcpu=${target.cpu.zig}`;
  const call = (tool: string, args: string) => `"${paths.zigbuild}" zig ${tool} -- ${args}"$@"`;
  const exec = (text: string) => `#!/bin/sh\nexec ${text}\n`;
  const { lldFlags } = target.cpu;
  const cc = call("cc", `${flags} `);
  return {
    cc: lldFlags.length > 0 ? relinking(cc, call("cc", `${flags} -v `), `"${paths.zig}"`, lldFlags) : exec(cc),
    "c++": exec(call("c++", `${flags} `)),
    ar: exec(call("ar", "")),
  };
}

/**
 * A linker that does what zig's does once more with flags that zig cc refuses. zig prints the words of its call of ld.lld with spaces
 * between, so a path with a space in it cannot be told apart: then the first link stays, and the audit has the last word.
 */
function relinking(cc: string, verbose: string, zig: string, lldFlags: string[]): string {
  return `#!/bin/sh
for word; do
  case $word in
  -c | -S | -E | -v | --version | -print-* | *" "*) exec ${cc} ;;
  esac
done
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
${verbose} 2>"$log" || { code=$?; cat "$log" >&2; exit $code; }
call=$(grep '^ld\\.lld ' "$log" | tail -n 1)
[ -n "$call" ] || { echo "zig told of no call of ld.lld, which is to be done again with ${lldFlags.join(" ")}" >&2; exit 1; }
set -f
${zig} $call ${lldFlags.join(" ")}
`;
}

/** The folder of a target's wrappers; its name changes with their text. */
export function wrapperFolder(target: Target, paths: ZigPaths): string {
  return join(paths.cache, "wrappers", `${target.triple}-${hashValue(wrapperTexts(target, paths)).slice(0, 8)}`);
}

/** Writes the wrappers of a target. */
export async function writeWrappers(target: Target, paths: ZigPaths): Promise<void> {
  await fillFolder(wrapperFolder(target, paths), async (folder) => {
    for (const [name, text] of Object.entries(wrapperTexts(target, paths))) {
      await writeFile(join(folder, name), text);
      await chmod(join(folder, name), 0o755);
    }
  });
}

/**
 * The folders of C headers that zig compiles a target with, those of its compiler first. They are what `zig cc -E -v` prints, by the
 * same rules: https://codeberg.org/ziglang/zig/src/branch/master/lib/std/zig/LibCDirs.zig
 */
export function headerFolders({ zigTarget }: Pick<Triple, "zigTarget">, { zig }: Pick<ZigPaths, "zig">): string[] {
  const [arch = "", , abi = ""] = zigTarget.split("-");
  const family = arch === "x86_64" ? "x86" : arch;
  const own = abi.startsWith("musl") ? [`${arch}-linux-musl`, "generic-musl"] : [`${family}-linux-gnu`, "generic-glibc"];
  const lib = join(dirname(zig), "lib");
  return [join(lib, "include"), ...[...own, `${family}-linux-any`, "any-linux-any"].map((name) => join(lib, "libc/include", name))];
}

/** The variables that make cargo, the cc crate and bindgen use zig for a target. */
export function zigEnvironment(target: Target, paths: ZigPaths): Record<string, string> {
  const folder = wrapperFolder(target, paths);
  return {
    [cargoTargetVariable(target.triple, "LINKER")]: join(folder, "cc"),
    [ccVariable("CC", target.triple)]: join(folder, "cc"),
    [ccVariable("CXX", target.triple)]: join(folder, "c++"),
    [ccVariable("AR", target.triple)]: join(folder, "ar"),
    // libclang would read the headers of this machine, which are those of another C library and another word size.
    [ccVariable("BINDGEN_EXTRA_CLANG_ARGS", target.triple)]: ["-nostdinc", ...headerFolders(target, paths).map((path) => `-isystem${path}`)]
      .map(quote)
      .join(" "),
    ...zigCaches(paths),
  };
}

/** The variables that keep what zig and cargo-zigbuild write inside Boardkit's own cache folder. */
export function zigCaches(paths: ZigPaths): Record<string, string> {
  return {
    CARGO_ZIGBUILD_ZIG_PATH: paths.zig,
    CARGO_ZIGBUILD_CACHE_DIR: join(paths.cache, "cargo-zigbuild"),
    ZIG_GLOBAL_CACHE_DIR: join(paths.cache, "zig"),
    ZIG_LOCAL_CACHE_DIR: join(paths.cache, "zig"),
  };
}
