// Installs a package as npm would on a board, without its install scripts. The cache folder keeps it.
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Triple } from "../../model/targets/triple.ts";
import { fillFolder } from "../../lib/paths.ts";
import { runOrFail } from "../../tools/exec.ts";
import type { PopularPackage } from "./list.ts";

/** What npm chooses platform packages by. */
export type NpmPlatform = Pick<Triple["npm"], "os" | "cpu" | "libc">;

/** The folder of an app that has only this package; the first call installs it. */
export async function installPackage(
  { name, version, beside = {} }: PopularPackage,
  { os, cpu, libc }: NpmPlatform,
  cache: string,
  signal: AbortSignal,
): Promise<string> {
  const dependencies = { [name]: version, ...beside };
  const specs = Object.entries(dependencies).map(([one, its]) => `${one}-${its}`);
  const folder = join(
    cache,
    "popular",
    `${cpu}-${libc}`,
    specs.map((spec) => spec.replace(/^@/, "").replaceAll(/[^\w.]+/g, "-")).join("+"),
  );
  if (existsSync(folder)) return folder;
  await fillFolder(folder, async (temporary) => {
    await writeFile(join(temporary, "package.json"), JSON.stringify({ name: "popular", private: true, dependencies }, null, 2));
    const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--silent"];
    const platform = [`--os=${os}`, `--cpu=${cpu}`, `--libc=${libc}`];
    // --force: a package that npm refuses on this system is installed too, as it is in an image that is made for several systems.
    const argv = ["npm", "install", ...options, ...platform, "--force"];
    await runOrFail({ argv, cwd: temporary, signal, timeoutSeconds: 600 }, "FETCH_FAILED", "check that npm's registry has this version");
  });
  return folder;
}
