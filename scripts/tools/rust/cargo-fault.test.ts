// The texts are those of cargo 1.95 and rustup 1.29, unless a comment names another version.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { metadataFault, rustcFault, wantsNewLockfile } from "./cargo-fault.ts";

const LOCKFILE = "/p/Cargo.lock";

test("a missing lock file is created, an outdated one is not touched", () => {
  const lockfile = join(temporaryFolder(), "Cargo.lock");
  expect(wantsNewLockfile(`error: cannot create the lock file ${lockfile} because --locked was passed to prevent this`)).toBe(true);
  // cargo before 1.9x prints the same text in both cases.
  const older = `error: the lock file ${lockfile} needs to be updated but --locked was passed to prevent this`;
  expect(wantsNewLockfile(older)).toBe(true);
  writeFileSync(lockfile, "");
  expect(wantsNewLockfile(older)).toBe(false);
  expect(wantsNewLockfile("error: no matching package named `crc-any` found")).toBe(false);
});

test.each([
  [
    "an outdated lock file",
    `error: cannot update the lock file ${LOCKFILE} because --locked was passed to prevent this`,
    "LOCKFILE_OLD",
    /cargo update --workspace/,
  ],
  [
    "an outdated lock file, for an older cargo",
    `error: the lock file ${LOCKFILE} needs to be updated but --locked was passed to prevent this`,
    "LOCKFILE_OLD",
    /cargo update --workspace/,
  ],
  [
    "a member that was published without its workspace",
    "Caused by:\n  error inheriting `version` from workspace root manifest\n\nCaused by:\n  failed to find a workspace root",
    "WORKSPACE_BROKEN",
    /--cwd[^]*addon/,
  ],
  ["a folder in a workspace of others", "error: current package believes it's in a workspace when it's not:", "WORKSPACE_BROKEN", /--cwd/],
  ["anything else", "error: no matching package named `crc-any` found", "CARGO_METADATA", /crates.io/],
])("%s", (_name, stderr, code, fix) => {
  const fault = metadataFault("/p/Cargo.toml", stderr, "cargo metadata");
  expect(fault).toMatchObject({ code, exit: "usage", details: { tail: expect.stringContaining(stderr.split("\n").at(-1) ?? "") } });
  expect(fault.details.fix).toMatch(fix);
});

test("a missing pinned toolchain is named, with the command that installs it", () => {
  const help = "help: run `rustup toolchain install` to install it\n\nStack backtrace:\n   0: main";
  const stderr = `error: toolchain '1.80.0-x86_64-unknown-linux-gnu' is not installed\n${help}`;
  expect(rustcFault("/p", stderr)).toMatchObject({
    code: "TOOLCHAIN_MISSING",
    exit: "toolMissing",
    details: { place: "/p", fix: expect.stringContaining("rustup toolchain install 1.80.0-x86_64-unknown-linux-gnu\n") },
  });
  expect(rustcFault("/p", stderr).details.tail).not.toContain("backtrace");
  expect(rustcFault("/p", "Segmentation fault").code).toBe("RUST_BROKEN");
});
