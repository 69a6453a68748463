// Turns errors of cargo and rustup before compilation into errors with a fix.
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { BoardkitError, type ErrorDetails } from "../../lib/errors.ts";

/** Whether cargo refused to create a missing lock file. */
export function wantsNewLockfile(stderr: string): boolean {
  const path = lockfileIn(stderr);
  return path !== undefined && !existsSync(path);
}

/** The error for a failed `cargo metadata`. */
export function metadataFault(manifest: string, stderr: string, command: string): BoardkitError {
  const details = { place: manifest, command, tail: stderr.trimEnd().split("\n").slice(-12).join("\n") };
  const lockfile = lockfileIn(stderr);
  if (lockfile !== undefined) {
    return fault("Cargo.lock is out of date: dependencies of Cargo.toml are missing in it", {
      ...details,
      code: "LOCKFILE_OLD",
      place: lockfile,
      fix: `run \`cargo update --workspace\` in ${dirname(lockfile)}, and commit the change`,
    });
  }
  if (/failed to find a workspace root|failed to find `workspace|believes it's in a workspace/.test(stderr)) {
    return fault("cargo does not find the workspace of the crate, or the crate in the workspace", {
      ...details,
      code: "WORKSPACE_BROKEN",
      fix: 'pass the folder of the workspace with --cwd, and name this package in its package.json: "boardkit": {"addon": "<folder>"}',
    });
  }
  return fault("cargo cannot read the project", {
    ...details,
    code: "CARGO_METADATA",
    fix: "fix the error above; cargo must also reach crates.io",
  });
}

/** The error for a rustc that does not start. */
export function rustcFault(cwd: string, stderr: string): BoardkitError {
  // rustup's message; a backtrace may follow.
  const [, toolchain] = /toolchain '(.+)' is not installed/.exec(stderr) ?? [];
  const tail = stderr.split("\n\nStack backtrace")[0] ?? "";
  if (toolchain !== undefined) {
    return fault(`the project needs the Rust toolchain ${toolchain}, which is not installed`, {
      code: "TOOLCHAIN_MISSING",
      exit: "toolMissing",
      place: cwd,
      tail,
      fix: `run: rustup toolchain install ${toolchain}\nor remove the pin: rust-toolchain.toml, RUSTUP_TOOLCHAIN, or \`rustup override\``,
    });
  }
  return fault("rustc does not start", {
    code: "RUST_BROKEN",
    place: cwd,
    tail,
    fix: "run `rustc -vV` in that folder, and fix the error that it prints",
  });
}

function fault(message: string, details: ErrorDetails): BoardkitError {
  return new BoardkitError(message, { exit: "usage", ...details });
}

/** The lock file that cargo refused to write; the second form is that of older versions of cargo. */
function lockfileIn(stderr: string): string | undefined {
  return /(?:cannot (?:create|update) the lock file|the lock file) (.+?) (?:because|needs to be updated)/.exec(stderr)?.[1];
}
