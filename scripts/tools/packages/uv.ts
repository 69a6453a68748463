// uv: compares wheels and sdists with those of an index by hash, and uploads them by PyPI's protocol. It reads tokens from its own
// variables, and in a workflow that the index trusts it needs none.
import { BoardkitError } from "../../lib/errors.ts";
import type { PythonRegistry } from "../../model/report/publication.ts";
import { type Command, formatCommand, run, runOrFail, tailOf } from "../exec.ts";

const FIX =
  "set UV_PUBLISH_TOKEN to a token with the right to upload to the project, or name this workflow as a trusted publisher; the next run skips published files";

/**
 * The files that the index has, of files in a folder; throws if it has one with other bytes, or does not answer. The command of an error
 * has no token.
 */
export async function publishedFiles(
  uv: string,
  folder: string,
  files: string[],
  registry: PythonRegistry,
  signal: AbortSignal,
): Promise<string[]> {
  // A token of a trusted publisher is for the upload.
  const command = publishCommand(uv, folder, registry, ["--dry-run", "--trusted-publishing", "never", ...files], signal);
  const { exitCode, stderr } = await run(command);
  if (exitCode === 0) return [...stderr.matchAll(/^File (\S+) already exists/gm)].map(([, file = ""]) => file);
  const taken = [...stderr.matchAll(/do not match for `?([^`\s]+)`?\. (.*)$/gm)].map(([, file, hashes]) => `${file}: ${hashes}`);
  if (taken.length > 0) {
    throw new BoardkitError(`the index has files of these names with other content:\n  ${taken.join("\n  ")}`, {
      code: "VERSION_TAKEN",
      place: folder,
      fix: "a version is published once: raise the version in pyproject.toml or Cargo.toml, then boardkit package and publish",
    });
  }
  throw new BoardkitError(`${registry.index} cannot be asked for the published files`, {
    code: "REGISTRY_FAILED",
    command: formatCommand(command),
    tail: tailOf(stderr),
    fix: "uv must reach the index; for another index than PyPI set UV_PUBLISH_URL and UV_PUBLISH_CHECK_URL",
  });
}

/** Uploads files of a folder, and skips those that the index has. */
export async function uploadFiles(
  uv: string,
  folder: string,
  files: string[],
  registry: PythonRegistry,
  signal: AbortSignal,
): Promise<void> {
  await runOrFail(publishCommand(uv, folder, registry, files, signal), "PUBLISH_FAILED", FIX);
}

function publishCommand(uv: string, folder: string, { upload, index }: PythonRegistry, args: string[], signal: AbortSignal): Command {
  // A cached answer of the index may be too old, and settings of the project are for other uses of uv.
  const options = ["--color", "never", "--no-progress", "--no-cache", "--no-config", "--publish-url", upload, "--check-url", index];
  return { argv: [uv, "publish", ...options, ...args], cwd: folder, signal };
}
