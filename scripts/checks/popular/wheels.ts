// Wheels as pip would choose them on a board, unpacked. The cache folder keeps them.
import { existsSync } from "node:fs";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { fillFolder } from "../../lib/paths.ts";
import { formatCommand, run, runOrFail, tailOf } from "../../tools/exec.ts";
import { ensurePip, findWheel } from "../../tools/packages/pip.ts";

/** What pip chooses wheels by: the names of the architecture in tags of platforms, and the C library with its version. */
export type WheelPlatform = { arch: string; libc: "glibc" | "musl"; libcVersion: string };

/** The Python of bookworm. */
const PYTHON = "3.11";
/** The first glibc with tags of its own: manylinux_2_17, also called manylinux2014. */
const OLDEST_GLIBC = 17;

/** The tags of platforms that pip accepts on a system, the best one first. */
export function platformTags({ arch, libc, libcVersion }: WheelPlatform): string[] {
  const minor = Number(libcVersion.split(".")[1]);
  const down = (from: number, to: number) => Array.from({ length: Math.max(0, from - to + 1) }, (_, at) => from - at);
  if (libc === "musl") return down(minor, 0).map((one) => `musllinux_1_${one}_${arch}`);
  return [...down(minor, OLDEST_GLIBC).map((one) => `manylinux_2_${one}_${arch}`), `manylinux2014_${arch}`, `linux_${arch}`];
}

/** The folder of an unpacked wheel; undefined if no wheel is published for the platform. */
export async function fetchPopularWheel(
  { name, version }: { name: string; version: string },
  platform: WheelPlatform,
  cache: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  const folder = join(cache, "popular", `wheels-${platform.arch}-${platform.libc}-${platform.libcVersion}`, `${name}-${version}`);
  if (!existsSync(folder)) await fillFolder(folder, (temporary) => download(`${name}==${version}`, platform, temporary, cache, signal));
  // An empty folder records that there is none.
  return (await readdir(folder)).length === 0 ? undefined : folder;
}

async function download(spec: string, platform: WheelPlatform, folder: string, cache: string, signal: AbortSignal): Promise<void> {
  const python = await ensurePip(cache, signal);
  const downloads = join(folder, ".wheel");
  const options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:", "--python-version", PYTHON];
  const platforms = platformTags(platform).flatMap((tag) => ["--platform", tag]);
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
