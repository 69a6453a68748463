// Shortened logs of real builds.
import { expect, test } from "vitest";
import { BoardkitError } from "../../lib/errors.ts";
import { explainBuild } from "./fault.ts";

const failed = new BoardkitError("node exited with 1", { code: "BUILD_FAILED", tail: "…", fix: "the whole log: /log" });

const BY_CRATE = `error: failed to run custom build command for \`libudev-sys v0.1.4\`

Caused by:
  process didn't exit successfully: \`/target/build/build-script-build\` (exit status: 101)
  --- stderr
  pkg-config exited with status code 1
  > PKG_CONFIG_LIBDIR=/nope pkg-config --libs --cflags libudev
    Package libudev was not found in the pkg-config search path.
    Package 'libudev', required by 'virtual:world', not found

  The system library \`libudev\` required by crate \`libudev-sys\` was not found.
`;
const NO_PROGRAM = `error: failed to run custom build command for \`libudev-sys v0.1.4\`
  --- stderr
  Could not run \`PKG_CONFIG_ALLOW_SYSTEM_CFLAGS=1 pkg-config --libs --cflags libudev\`
  The pkg-config command could not be found.
`;
const BY_BUILD_SCRIPT = `error: failed to run custom build command for \`pc v0.1.0 (/p)\`
  --- stderr
  Package 'zlib', required by 'virtual:world', not found
`;

test.each([
  ["the crate pkg-config", BY_CRATE, "HOST_LIBRARY", /of libudev-sys looks for the library libudev on/],
  ["the crate pkg-config without the program", NO_PROGRAM, "HOST_LIBRARY", /of libudev-sys looks for the library libudev on/],
  ["a build script that calls pkg-config", BY_BUILD_SCRIPT, "HOST_LIBRARY", /of pc looks for the library zlib on/],
  [
    "bindgen without libclang",
    "Unable to find libclang: \"couldn't find any valid shared libraries matching: ['libclang.so', ...]\"",
    "TOOL_MISSING",
    /libclang/,
  ],
  [
    "a missing cmake",
    "failed to execute command: No such file or directory (os error 2)\nis `cmake` not installed?",
    "TOOL_MISSING",
    /cmake/,
  ],
  [
    "a wheel whose module is not of the stable ABI",
    "\u{1F4A5} maturin failed\n  Caused by: Couldn't find any python interpreters. Please specify at least one with -i",
    "NOT_ABI3",
    /stable ABI/,
  ],
  [
    "a compiler that was killed for lack of memory",
    "process didn't exit successfully: `rustc ...` (signal: 9, SIGKILL: kill)",
    "OUT_OF_MEMORY",
    /memory/,
  ],
  [
    "a C compiler that was killed for lack of memory",
    "cc: fatal error: Killed signal terminated program cc1plus",
    "OUT_OF_MEMORY",
    /memory/,
  ],
  ["a linker that was killed for lack of memory", "collect2: fatal error: ld terminated with signal 9 [Killed]", "OUT_OF_MEMORY", /memory/],
  ["a container that was killed for lack of memory", "Error: the command ended with exit code 137", "OUT_OF_MEMORY", /memory/],
  ["a build script that was killed after a message of pkg-config", `${BY_CRATE}\n(exit status: 137)`, "OUT_OF_MEMORY", /memory/],
])("%s", (_name, log, code, message) => {
  const explained = explainBuild(failed, log) as BoardkitError;
  expect(explained).toMatchObject({ code, message: expect.stringMatching(message), details: { tail: "…" } });
  // The fix comes first, then the path of the log.
  expect(explained.details.fix).toMatch(/^(?:turn on|run as root|give the machine)[^]*\nthe whole log: \/log$/);
});

test("a log without a match leaves the error as it is", () => {
  expect(explainBuild(failed, "error[E0283]: type annotations needed")).toBe(failed);
  const typeError = new TypeError("x");
  expect(explainBuild(typeError, BY_CRATE)).toBe(typeError);
});
