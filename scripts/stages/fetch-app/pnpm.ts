// pnpm: installs by a pnpm-lock.yaml for another system. No script runs, and no .pnpmfile.cjs.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { z } from "zod";
import { BoardkitError } from "../../lib/errors.ts";
import { getToolchain } from "../../model/registry.ts";
import { run } from "../../tools/exec.ts";
import { provided } from "../../tools/store/store.ts";
import type { Context } from "../context.ts";
import { fetchItems } from "../set-up/fetch.ts";
import { managerEnvironment } from "./environment.ts";
import { installError } from "./install-error.ts";
import type { Installer } from "./installer.ts";
import { hideSecrets } from "./npmrc.ts";
import type { Project } from "./project.ts";
import { readSettings } from "./settings.ts";
import { platformOptions } from "./system.ts";

/** Keys of pnpm-workspace.yaml that the lockfile depends on. Others may run programs: configDependencies have pnpmfiles. */
const KEPT = new Set([
  "packages",
  "catalog",
  "catalogs",
  "overrides",
  "packageExtensions",
  "patchedDependencies",
  "ignoredOptionalDependencies",
  "autoInstallPeers",
  "excludeLinksFromLockfile",
  "injectWorkspacePackages",
  "peersSuffixMaxLength",
]);

/** The installer for a project of pnpm, with the pnpm of targets/toolchains. */
export async function pnpmOf({ folder: original, lock }: Project, context: Context): Promise<Installer> {
  const version = /^lockfileVersion:\s*['"]?(\d+)/m.exec(lock)?.[1];
  if (version === undefined || Number(version) < 6)
    throw new BoardkitError(`pnpm-lock.yaml has format ${version ?? "unknown"}; Boardkit's pnpm reads 6 and later`, {
      code: "LOCKFILE_OUTDATED",
      fix: "install once with pnpm 8 or newer, or audit the installed app by the name of its folder",
    });
  const { cache, registry } = context;
  await fetchItems(["pnpm"], context);
  const script = provided(cache, getToolchain(registry, "pnpm"), "cli");
  return async ({ folder, what, npmrc, system, omit, env, signal }) => {
    await writeSettings(original, folder, lock);
    const argv = [process.execPath, script, "install", "--frozen-lockfile", "--ignore-scripts", "--ignore-pnpmfile", "--reporter=ndjson"];
    const options = [`--store-dir=${join(cache, "pnpm-store")}`, ...(omit.includes("dev") ? ["--prod"] : [])];
    const outcome = await run({
      argv: [...argv, ...platformOptions(system), ...options],
      cwd: folder,
      env: managerEnvironment(env),
      signal,
    });
    if (outcome.exitCode === 0) return [];
    const { code, text } = readReason(outcome.stdout) ?? { code: "", text: outcome.stderr || outcome.stdout };
    throw installError(what, "pnpm", { code, text: hideSecrets(text, npmrc) });
  };
}

async function writeSettings(original: string, folder: string, lock: string): Promise<void> {
  // The checksum is that of .pnpmfile.cjs, which does not run: its changes are in the lockfile already.
  await writeFile(join(folder, "pnpm-lock.yaml"), lock.replace(/^pnpmfileChecksum:.*\n/m, ""));
  const kept = await readSettings(join(original, "pnpm-workspace.yaml"), KEPT);
  if (Object.keys(kept).length > 0) await writeFile(join(folder, "pnpm-workspace.yaml"), stringify(kept));
}

const line = z.object({ level: z.literal("error"), err: z.object({ code: z.string().catch(""), message: z.string() }) });

/** The error among the lines of JSON that pnpm prints. */
function readReason(stdout: string): { code: string; text: string } | undefined {
  for (const text of stdout.split("\n").toReversed()) {
    if (!text.startsWith("{")) continue;
    const parsed = line.safeParse(JSON.parse(text));
    if (parsed.success) return { code: parsed.data.err.code, text: parsed.data.err.message };
  }
  return undefined;
}
