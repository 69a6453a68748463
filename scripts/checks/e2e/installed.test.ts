// Boardkit as users have it: below node_modules, beside its dependencies, without what its own tests need.
import { mkdirSync, readFileSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../lib/paths.ts";
import { runOrFail } from "../../tools/exec.ts";
import { createProject } from "./cli.ts";
import { temporaryFolder } from "../fixtures/temporary-folder.ts";

test("it starts, and finds napi-rs' CLI beside itself", async () => {
  const modules = join(temporaryFolder(), "node_modules");
  const boardkit = join(modules, "boardkit");
  mkdirSync(boardkit, { recursive: true });
  await runOrFail(
    { argv: ["npm", "pack", "--silent", "--ignore-scripts", "--pack-destination", modules], cwd: packageRoot },
    "PACK_FAILED",
  );
  const { version, dependencies } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8"));
  await runOrFail(
    { argv: ["tar", "-xzf", join(modules, `boardkit-${version}.tgz`), "-C", boardkit, "--strip-components=1"] },
    "UNPACK_FAILED",
  );
  for (const name of Object.keys(dependencies)) {
    mkdirSync(dirname(join(modules, name)), { recursive: true });
    symlinkSync(join(packageRoot, "node_modules", name), join(modules, name));
  }
  const project = createProject({ "src/lib.rs": "" });
  const argv = [process.execPath, join(boardkit, "scripts/boardkit.mjs"), "--cwd", project, "plan", "--json"];
  const { stdout } = await runOrFail({ argv: [...argv, "--target", "aarch64-unknown-linux-musl"] }, "PLAN_FAILED");
  const { targets } = JSON.parse(stdout) as { targets: { steps: { id: string; argv: string[] }[] }[] };
  const build = targets[0]?.steps.find(({ id }) => id === "build");
  expect(build?.argv[1]).toMatch(/@napi-rs\/cli\/dist\/cli\.js$/);
});
