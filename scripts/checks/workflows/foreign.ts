// A repository of somebody else: an addon with one function, with Boardkit added by `boardkit init`, and with a lockfile of npm.
import { join } from "node:path";
import { packageRoot } from "../../lib/paths.ts";
import type { Context } from "../../stages/context.ts";
import { runOrFail } from "../../tools/exec.ts";
import { publishPackage } from "../../tools/packages/npm.ts";
import { bundlePackage } from "../bundle.ts";
import { SUM_ADDON, SUM_DEPENDENCIES, writeProject } from "../fixtures/small-project.ts";
import type { World } from "./world.ts";

/** Its npm package and version. */
export const FOREIGN_PACKAGE = "@somebody/sum";
export const FOREIGN_VERSION = "0.0.1";

/** Publishes Boardkit to the registry, and writes the repository; returns its folder. */
export async function writeForeign(world: World, targets: string[], { signal }: Context): Promise<string> {
  const options = ["--registry", world.registry, "--userconfig", join(world.folder, "npmrc")];
  await publishPackage(await bundlePackage(), options, signal);
  const folder = join(world.folder, "foreign");
  const packageJson = {
    name: FOREIGN_PACKAGE,
    version: FOREIGN_VERSION,
    license: "MIT",
    repository: "github:somebody/sum",
    main: "index.js",
    types: "index.d.ts",
    files: ["index.js", "index.d.ts"],
    napi: { binaryName: "foreign", targets },
    boardkit: { boards: [] },
  };
  writeProject(
    folder,
    { ...SUM_ADDON, "package.json": `${JSON.stringify(packageJson, null, 2)}\n`, ".gitignore": "node_modules\ndist\ntarget\n" },
    SUM_DEPENDENCIES,
  );
  const git = (...argv: string[]) => runOrFail({ argv: ["git", "-C", folder, ...argv], signal }, "GIT_FAILED");
  await git("init", "--quiet", "--initial-branch=main");
  const cli = [process.execPath, join(packageRoot, "scripts/dev-cli.ts")];
  await runOrFail({ argv: [...cli, "--cwd", folder, "init"], signal }, "INIT_FAILED");
  await runOrFail({ argv: ["npm", "install", "--package-lock-only", "--ignore-scripts", ...options], cwd: folder, signal }, "NPM_FAILED");
  await runOrFail({ argv: ["cargo", "generate-lockfile"], cwd: folder, signal }, "CARGO_FAILED");
  await git("add", "--all");
  await git("-c", "user.name=Somebody", "-c", "user.email=somebody@example.org", "commit", "--quiet", "--message", "An addon");
  return folder;
}
