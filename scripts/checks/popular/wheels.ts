// Wheels as pip would choose them on a board, unpacked. The cache folder keeps them.
import { existsSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Place } from "../../audit/place.ts";
import { tagsOf, type Tags } from "../../audit/wheel/tags.ts";
import { fillFolder } from "../../lib/paths.ts";
import { downloadWheels } from "../../stages/fetch-wheels/pip.ts";
import { runOrFail } from "../../tools/exec.ts";
import { ensurePip, findWheel } from "../../tools/packages/pip.ts";

/** What pip chooses wheels by. */
export type WheelPlatform = {
  /** For sentences. */
  name: string;
  /** For a folder. */
  id: string;
  tags: Tags;
};

/** The Python of bookworm. */
export const PYTHON = "3.11";

/** What pip chooses by on a place. */
export function wheelPlatformOf(place: Place): WheelPlatform {
  const tags = tagsOf(place, PYTHON);
  const id = [tags.platforms.at(-1)!.replace("linux_", ""), place.libc, place.libcVersion].join("-");
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

async function download(spec: string, { tags }: WheelPlatform, folder: string, cache: string, signal: AbortSignal): Promise<void> {
  const python = await ensurePip(cache, signal);
  const downloads = join(folder, ".wheel");
  await mkdir(downloads);
  const missing = await downloadWheels([spec], downloads, tags, false, { python, env: process.env, indexes: [], signal });
  const wheel = missing.length === 0 ? await findWheel(downloads) : undefined;
  if (wheel !== undefined) await runOrFail({ argv: [python, "-m", "zipfile", "-e", wheel, folder], signal }, "UNPACK_FAILED");
  await rm(downloads, { recursive: true, force: true });
}
