// zig as C compiler and linker, through cargo-zigbuild's `zig cc` wrapper. The wrapper rewrites arguments of rustc that zig's linker does
// not take, and replaces libgcc_s by LLVM's libunwind.
import { dirname, join } from "node:path";
import { ccVariable, zigTargetWithFloor } from "../../model/names.ts";
import type { Architecture } from "../../model/targets/architecture.ts";
import type { Triple } from "../../model/targets/triple.ts";
import type { Wrappers } from "../../model/wrappers.ts";
import { quote } from "../exec.ts";
import { findMap, wrappersIn } from "./wrappers.ts";

export type ZigPaths = { zig: string; zigbuild: string; cache: string };
type Target = Pick<Triple, "triple" | "zigTarget" | "glibcFloor" | "cpu">;

/** zig as cc, c++ and ar of a target. */
export function zigWrappers(target: Target, paths: ZigPaths): Wrappers {
  // Without -mcpu zig compiles the C runtime objects and compiler-rt of arm for ARMv7. Without -O its first link for a target compiles the
  // runtime of the undefined-behaviour sanitizer, which takes 20 s; the -O of a C file comes later and holds.
  const flags = `-target ${zigTargetWithFloor(target.zigTarget, target.glibcFloor)} -mcpu=${target.cpu.zig} -O2`;
  const call = (tool: string, args: string) => `"${paths.zigbuild}" zig ${tool} -- ${args}"$@"`;
  // cargo-zigbuild asks rustc for its version, through the user's wrapper: sccache would call itself while it asks what this compiler is.
  const begin = `#!/bin/sh\nunset RUSTC_WRAPPER\n${refuseQuestion}`;
  const exec = (text: string) => `${begin}exec ${text}\n`;
  const cc = call("cc", `${flags} `);
  // zig cc takes no other flag for a map than this one, with which it prints the map.
  const linking = `[ -z "$map" ] || exec ${call("cc", `${flags} -Wl,--print-map `)} >"$map"\nexec ${cc}\n`;
  const { linkerFlags } = target.cpu;
  const relinking = linkerFlags.length === 0 ? "" : relink(call("cc", `${flags} -v `), `"${paths.zig}"`, linkerFlags);
  return wrappersIn(paths.cache, target.triple, {
    cc: `${begin}${findMap}${relinking}${linking}`,
    "c++": exec(call("c++", `${flags} `)),
    ar: exec(call("ar", "")),
  });
}

/**
 * The crate cc asks each C compiler with `-?` whether it takes the flags of MSVC. For arm, cargo-zigbuild adds a C file to that call; zig then
 * compiles what a program links, all of musl and compiler-rt, before it refuses the flag.
 */
const refuseQuestion = `[ "$*" != "-?" ] || { echo "error: unknown argument: '-?'" >&2; exit 1; }\n`;

/**
 * The part of a linker wrapper that repeats zig's ld.lld command with flags that zig cc refuses. zig prints the command with spaces between
 * its words, so a path with a space is ambiguous: then only zig's own link runs, and the audit checks its output.
 */
function relink(verbose: string, zig: string, linkerFlags: string[]): string {
  return `relinks=yes
for word; do
  case $word in
  -c | -S | -E | -v | --version | -print-* | *" "*) relinks= ;;
  esac
done
if [ -n "$relinks" ]; then
  log=$(mktemp) || exit 1
  trap 'rm -f "$log"' EXIT
  ${verbose} 2>"$log" || { code=$?; cat "$log" >&2; exit $code; }
  call=$(grep '^ld\\.lld ' "$log" | tail -n 1)
  [ -n "$call" ] || { echo "zig printed no ld.lld command to repeat with ${linkerFlags.join(" ")}" >&2; exit 1; }
  set -f
  ${zig} $call ${linkerFlags.join(" ")} \${map:+"-Map=$map"}
  exit
fi
`;
}

/**
 * zig's folders of C headers for a target, those of the compiler first. They are the same as in the output of `zig cc -E -v`:
 * https://codeberg.org/ziglang/zig/src/branch/master/lib/std/zig/LibCDirs.zig
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

/** The variable with which bindgen reads the target's headers: by default libclang reads those of the host. */
export function bindgenEnvironment(target: Target, architecture: Pick<Architecture, "zigFamily">, paths: ZigPaths): Record<string, string> {
  const flags = ["-nostdinc", ...headerFolders(target, architecture, paths).map((path) => `-isystem${path}`)];
  return { [ccVariable("BINDGEN_EXTRA_CLANG_ARGS", target.triple)]: flags.map(quote).join(" ") };
}

/** The variables with which zig and cargo-zigbuild write only to Boardkit's own cache folder. */
export function zigCaches(paths: ZigPaths): Record<string, string> {
  return {
    CARGO_ZIGBUILD_ZIG_PATH: paths.zig,
    CARGO_ZIGBUILD_CACHE_DIR: join(paths.cache, "cargo-zigbuild"),
    ZIG_GLOBAL_CACHE_DIR: join(paths.cache, "zig"),
    ZIG_LOCAL_CACHE_DIR: join(paths.cache, "zig"),
  };
}
