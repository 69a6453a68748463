// pip, in its own virtual environment in the cache: fetches wheels by name, version and hash, for any platform.
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { fillFolder } from "../../lib/paths.ts";
import { downloadsOf } from "./downloads.ts";
import { type Command, run, runOrFail } from "../exec.ts";

export type Wheel = { package: string; version: string; platform: string; sha256: string };

/** Downloads a wheel, verifies its hash and unpacks it into `folder`. */
export async function fetchWheel(cache: string, wheel: Wheel, folder: string, signal: AbortSignal): Promise<void> {
  const python = await ensurePip(cache, signal);
  const downloads = downloadsOf(folder);
  await mkdir(downloads, { recursive: true });
  const requirements = join(downloads, "requirements.txt");
  await writeFile(requirements, `${wheel.package}==${wheel.version} --hash=sha256:${wheel.sha256}\n`);
  const options = ["--quiet", "--no-deps", "--only-binary=:all:", "--require-hashes", "--platform", wheel.platform];
  await runOrFail(
    {
      argv: [python, "-m", "pip", "download", ...options, "--dest", downloads, "--requirement", requirements],
      // Where pip keeps a file that is not complete.
      env: { TMPDIR: downloads },
      signal,
    },
    "FETCH_FAILED",
    "pip must reach PyPI; set PIP_INDEX_URL or HTTPS_PROXY if needed",
  );
  const file = await findWheel(downloads);
  if (file === undefined) throw new BoardkitError(`pip downloaded no wheel of ${wheel.package}`, { code: "FETCH_FAILED" });
  await runOrFail({ argv: [python, "-m", "zipfile", "-e", file, folder], signal }, "UNPACK_FAILED");
}

/** The path of the only wheel in a folder, if there is one. */
export async function findWheel(folder: string): Promise<string | undefined> {
  const name = (await readdir(folder)).find((file) => file.endsWith(".whl"));
  return name && join(folder, name);
}

/** The Python of a virtual environment in the cache, with the pip that python3 brings. */
export async function ensurePip(cache: string, signal: AbortSignal): Promise<string> {
  const folder = join(cache, "python");
  // A virtual environment contains its own path, so it cannot be created elsewhere and moved; the stamp marks it as complete.
  const stamp = join(folder, ".complete");
  if (!existsSync(stamp)) {
    await makeVenv(folder, signal);
    await writeFile(stamp, "");
  }
  return pythonOf(folder);
}

/** The Python of a virtual environment with the packages of a requirements file, verified by hash; recreated if the file has changed. */
export async function ensureRequirements(folder: string, requirements: string, signal: AbortSignal): Promise<string> {
  const python = pythonOf(folder);
  const stamp = join(folder, ".complete");
  const text = await readFile(requirements, "utf8");
  if (existsSync(stamp) && (await readFile(stamp, "utf8")) === text) return python;
  await makeVenv(folder, signal);
  await pipInstall(python, ["--require-hashes", "--only-binary=:all:", "--requirement", requirements], signal);
  await writeFile(stamp, text);
  return python;
}

/** Installs into the virtual environment of a Python. */
export async function pipInstall(python: string, args: string[], signal: AbortSignal, env: Command["env"] = {}): Promise<void> {
  await runOrFail(
    { argv: [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...args], env, signal },
    "FETCH_FAILED",
    "pip must reach PyPI; set PIP_INDEX_URL or HTTPS_PROXY if needed",
  );
}

/** Creates a virtual environment; an existing one is emptied. */
export async function makeVenv(folder: string, signal: AbortSignal): Promise<string> {
  await fillFolder(folder, async () => {});
  const outcome = await run({ argv: ["python3", "-m", "venv", "--clear", folder], signal });
  if (outcome.exitCode !== 0) {
    throw new BoardkitError("python3 cannot create a virtual environment", {
      code: "TOOL_MISSING",
      exit: "toolMissing",
      tail: outcome.stdout + outcome.stderr,
      fix: "apt-get install python3-venv",
    });
  }
  return pythonOf(folder);
}

function pythonOf(folder: string): string {
  return join(folder, "bin", "python3");
}
