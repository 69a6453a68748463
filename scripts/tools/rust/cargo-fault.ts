// What cargo and rustup complain of before anything is compiled -> an error that says what to do.
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { BoardkitError, type ErrorDetails } from "../../lib/errors.ts";

/** Whether cargo refused to write a lock file that is not there. */
export function wantsNewLockfile(stderr: string): boolean {
  const path = lockfileIn(stderr);
  return path !== undefined && !existsSync(path);
}

/** The error for a `cargo metadata` that failed. */
export function metadataFault(manifest: string, stderr: string, command: string): BoardkitError {
  const details = { place: manifest, command, tail: stderr.trimEnd().split("\n").slice(-12).join("\n") };
  const lockfile = lockfileIn(stderr);
  if (lockfile !== undefined) {
    return fault("Cargo.lock is out of date: Cargo.toml asks for what it does not name", {
      ...details,
      code: "LOCKFILE_OLD",
      place: lockfile,
      fix: `run \`cargo update --workspace\` in ${dirname(lockfile)}, and commit what it changes`,
    });
  }
  if (/failed to find a workspace root|failed to find `workspace|believes it's in a workspace/.test(stderr)) {
    return fault("the crate and its workspace do not find each other", {
      ...details,
      code: "WORKSPACE_BROKEN",
      fix: 'build it where its workspace is: name the repo\'s folder with --cwd, and this package with "boardkit": {"addon": "<folder>"} there',
    });
  }
  return fault("cargo does not understand the project", {
    ...details,
    code: "CARGO_METADATA",
    fix: "cargo must read that manifest and reach crates.io",
  });
}

/** The error for a rustc that does not start. */
export function rustcFault(cwd: string, stderr: string): BoardkitError {
  // rustup's words; a page of backtrace may follow.
  const [, toolchain] = /toolchain '(.+)' is not installed/.exec(stderr) ?? [];
  const tail = stderr.split("\n\nStack backtrace")[0] ?? "";
  if (toolchain !== undefined) {
    return fault(`the project wants the Rust toolchain ${toolchain}, which is not installed`, {
      code: "TOOLCHAIN_MISSING",
      exit: "toolMissing",
      place: cwd,
      tail,
      fix: `run: rustup toolchain install ${toolchain}\nor take the pin away: rust-toolchain.toml of the project, RUSTUP_TOOLCHAIN, or \`rustup override\``,
    });
  }
  return fault("rustc does not start", {
    code: "RUST_BROKEN",
    place: cwd,
    tail,
    fix: "run `rustc -vV` in that folder, and fix what it says",
  });
}

function fault(message: string, details: ErrorDetails): BoardkitError {
  return new BoardkitError(message, { exit: "usage", ...details });
}

/** The lock file that cargo must not write; the second words are those of older cargos. */
function lockfileIn(stderr: string): string | undefined {
  return /(?:cannot (?:create|update) the lock file|the lock file) (.+?) (?:because|needs to be updated)/.exec(stderr)?.[1];
}
