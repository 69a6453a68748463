// The effect of a panic, read from output of the installed rustc, with an unwinder from libgcc_s and with zig's in the file.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { cacheRoot } from "../../lib/paths.ts";
import { compileShared } from "../../checks/fixtures/fixture.ts";
import { zigCaches } from "../../tools/compilers/zig.ts";
import { readElf } from "./facts.ts";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { zigPaths } from "../../tools/store/zig-paths.ts";
import { loadRegistry } from "../../model/read-registry.ts";

/** Compiles a Rust library that may panic. */
function compileRust(flags: string[], linker: "cc" | "zig"): Buffer {
  const folder = temporaryFolder();
  const zig = zigPaths(cacheRoot(process.env), loadRegistry());
  writeFileSync(join(folder, "cc"), `#!/bin/sh\nexec ${linker === "zig" ? `'${zig.zig}' cc` : "cc"} "$@"\n`, { mode: 0o755 });
  writeFileSync(join(folder, "a.rs"), '#[no_mangle] pub extern "C" fn f(at: usize) -> u8 { vec![1u8, 2, 3][at] }\n');
  const args = ["--edition", "2021", "--crate-type", "cdylib", "-Cstrip=symbols", "-Clinker=./cc", ...flags, "a.rs", "-o", "a.so"];
  execFileSync("rustc", args, { cwd: folder, env: { ...process.env, ...zigCaches(zig) }, stdio: ["ignore", "ignore", "pipe"] });
  return readFileSync(join(folder, "a.so"));
}

/** Replaces texts with others of the same length, so that the file stays valid. */
function replace(bytes: Buffer, texts: Record<string, string>): Buffer {
  const replaced = Object.entries(texts).reduce((text, [from, to]) => text.replaceAll(from, to), bytes.toString("latin1"));
  return Buffer.from(replaced, "latin1");
}
const dropNote = (bytes: Buffer) => replace(bytes, { "rustc version": "some compiler" });
// If rust-src is installed, the paths of std are those of rust-src.
const dropPaths = (bytes: Buffer) => replace(bytes, { "/rustc/": "/other/", "/rustlib/": "/nothing/" });

test.each([
  ["cc", "unwind"],
  ["cc", "abort"],
  ["zig", "unwind"],
  ["zig", "abort"],
] as const)("linked by %s with panic=%s", (linker, panic) => {
  const bytes = compileRust([`-Cpanic=${panic}`], linker);
  expect(readElf(bytes, "x").panic).toBe(panic);
  // Each sign of Rust is enough.
  expect(readElf(dropNote(bytes), "x").panic).toBe(panic);
  expect(readElf(dropPaths(bytes), "x").panic).toBe(panic);
  expect(readElf(dropPaths(dropNote(bytes)), "x").panic).toBeUndefined();
});

test("std in a separate library: the effect is unknown", () => {
  expect(readElf(compileRust(["-Cprefer-dynamic"], "cc"), "x").panic).toBeUndefined();
});

test("C is not Rust, and with the function by which C++ raises the effect is unknown", () => {
  const raise = "extern int _Unwind_RaiseException(void *); int f(void) { return _Unwind_RaiseException(0); }";
  const panicOf = (source: string) => readElf(readFileSync(compileShared(source, "x86_64-linux-gnu.2.17")), "x").panic;
  expect(panicOf(raise)).toBeUndefined();
  const path = `/rustc/${"0".repeat(40)}/library/core/src/slice/memchr.rs`;
  expect(panicOf(`const char *g(void) { return "${path}"; }`)).toBe("abort");
  expect(panicOf(`${raise} const char *g(void) { return "${path}"; }`)).toBeUndefined();
});
