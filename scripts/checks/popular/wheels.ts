// Wheels as pip would choose them on a board, unpacked. The cache folder keeps them.
import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Place } from "../../audit/place.ts";
import { tagsOf } from "../../audit/wheel/tags.ts";
import { BoardkitError } from "../../lib/errors.ts";
import { fillFolder } from "../../lib/paths.ts";
import { formatCommand, run, runOrFail, tailOf } from "../../tools/exec.ts";
import { ensurePip, findWheel } from "../../tools/packages/pip.ts";

/** What pip chooses wheels by. */
export type WheelPlatform = {
  /** For sentences. */
  name: string;
  /** For a folder. */
  id: string;
  /** The tags of platforms that pip accepts, the best one first. */
  tags: string[];
};

/** The Python of bookworm. */
const PYTHON = "3.11";

/** What pip chooses by on a place. */
export function wheelPlatformOf(place: Place): WheelPlatform {
  const { platforms: tags } = tagsOf(place, PYTHON);
  const id = [tags.at(-1)!.replace("linux_", ""), place.libc, place.libcVersion].join("-");
  return { name: `${place.libc} on ${place.arch}`, id, tags };
}

/** The folder of an unpacked wheel; undefined if no wheel is published for the platform. */
export async function fetchPopularWheel(
  { name, version }: { name: string; version: string },
  platform: WheelPlatform,
  cache: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const folder = join(cache, "popular", `wheels-${platform.id}`, `${name}-${version}`);
  if (!existsSync(folder)) await fillFolder(folder, (temporary) => download(`${name}==${version}`, platform, temporary, cache, signal));
  // An empty folder records that there is none.
  return (await readdir(folder)).length === 0 ? undefined : folder;
}

async function download(spec: string, platform: WheelPlatform, folder: string, cache: string, signal: AbortSignal): Promise<void> {
  const python = await ensurePip(cache, signal);
  const downloads = join(folder, ".wheel");
  const options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:", "--python-version", PYTHON];
  const platforms = platform.tags.flatMap((tag) => ["--platform", tag]);
  const argv = [python, "-m", "pip", "download", ...options, ...platforms, "--dest", downloads, spec];
  const { exitCode, stderr } = await run({ argv, signal, timeoutSeconds: 600 });
  // pip says the same if PyPI does not answer, but before that it says that it tries again.
  const isAbsent = stderr.includes("No matching distribution found") && !stderr.includes("Retrying");
  if (exitCode !== 0 && !isAbsent) {
    throw new BoardkitError(`pip could not download ${spec}`, {
      code: "FETCH_FAILED",
      command: formatCommand({ argv }),
      tail: tailOf(stderr),
      fix: "check that pip reaches PyPI, and that PyPI has this version",
    });
  }
  const wheel = exitCode === 0 ? await findWheel(downloads) : undefined;
  if (wheel !== undefined) await runOrFail({ argv: [python, "-m", "zipfile", "-e", wheel, folder], signal }, "UNPACK_FAILED");
  await rm(downloads, { recursive: true, force: true });
}
