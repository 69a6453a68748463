// zig as C compiler and linker, through cargo-zigbuild's `zig cc` wrapper, which rewrites the arguments of rustc that zig's
// linker does not take and puts LLVM's libunwind in the place of libgcc_s.
import { dirname, join } from "node:path";
import { ccVariable, zigTargetWithFloor } from "../../model/names.ts";
import type { Architecture } from "../../model/targets/architecture.ts";
import type { Triple } from "../../model/targets/triple.ts";
import type { Wrappers } from "../../model/wrappers.ts";
import { quote } from "../exec.ts";
import { wrappersIn } from "./wrappers.ts";

export type ZigPaths = { zig: string; zigbuild: string; cache: string };
type Target = Pick<Triple, "triple" | "zigTarget" | "glibcFloor" | "cpu">;

/** zig as cc, c++ and ar of a target. */
export function zigWrappers(target: Target, paths: ZigPaths): Wrappers {
  // The CPU must be said here too: without it zig compiles the C runtime objects and compiler-rt of arm for ARMv7.
  const flags = `-target ${zigTargetWithFloor(target.zigTarget, target.glibcFloor)} -mcpu=${target.cpu.zig}`;
  const call = (tool: string, args: string) => `"${paths.zigbuild}" zig ${tool} -- ${args}"$@"`;
  const exec = (text: string) => `#!/bin/sh\nexec ${text}\n`;
  const { linkerFlags } = target.cpu;
  const cc = call("cc", `${flags} `);
  return wrappersIn(paths.cache, target.triple, {
    cc: linkerFlags.length > 0 ? relinking(cc, call("cc", `${flags} -v `), `"${paths.zig}"`, linkerFlags) : exec(cc),
    "c++": exec(call("c++", `${flags} `)),
    ar: exec(call("ar", "")),
  });
}

/**
 * A linker that does what zig's does once more with flags that zig cc refuses. zig prints the words of its call of ld.lld with spaces
 * between, so a path with a space in it cannot be told apart: then the first link stays, and the audit has the last word.
 */
function relinking(cc: string, verbose: string, zig: string, linkerFlags: string[]): string {
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
[ -n "$call" ] || { echo "zig told of no call of ld.lld, which is to be done again with ${linkerFlags.join(" ")}" >&2; exit 1; }
set -f
${zig} $call ${linkerFlags.join(" ")}
`;
}

/**
 * The folders of C headers that zig compiles a target with, those of its compiler first. They are what `zig cc -E -v` prints, by the
 * same rules: https://codeberg.org/ziglang/zig/src/branch/master/lib/std/zig/LibCDirs.zig
 */
export function headerFolders(
  { zigTarget }: Pick<Triple, "zigTarget">,
  { zigFamily: family }: Pick<Architecture, "zigFamily">,
  { zig }: Pick<ZigPaths, "zig">,
): string[] {
  const [arch = "", , abi = ""] = zigTarget.split("-");
  const own = abi.startsWith("musl") ? [`${arch}-linux-musl`, "generic-musl"] : [`${family}-linux-gnu`, "generic-glibc"];
  const lib = join(dirname(zig), "lib");
  return [join(lib, "include"), ...[...own, `${family}-linux-any`, "any-linux-any"].map((name) => join(lib, "libc/include", name))];
}

/** The variable that has bindgen read the target's headers: libclang would read those of this machine, of another C library and word size. */
export function bindgenEnvironment(target: Target, architecture: Pick<Architecture, "zigFamily">, paths: ZigPaths): Record<string, string> {
  const flags = ["-nostdinc", ...headerFolders(target, architecture, paths).map((path) => `-isystem${path}`)];
  return { [ccVariable("BINDGEN_EXTRA_CLANG_ARGS", target.triple)]: flags.map(quote).join(" ") };
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
