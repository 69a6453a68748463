import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { readProject } from "../../model/project.ts";
import { createPackable, quietContext } from "../../checks/fixtures/packable-project.ts";
import { prepareProject } from "./prepare.ts";

test("the prepare command is run, and programs for the targets can be executed again", async () => {
  const prepare = [process.execPath, "-e", "require('fs').writeFileSync('made', '')"];
  const folder = createPackable({ boardkit: { prepare, prepareOutputs: ["made"] } });
  const programs = ["smoke/probe", "smoke/tests/thing-lib-thing"].map((name) => join(folder, "dist/arm-unknown-linux-musleabihf", name));
  const addon = join(folder, "dist/arm-unknown-linux-musleabihf/thing.linux-armv6-musleabihf.node");
  for (const program of programs) {
    mkdirSync(dirname(program), { recursive: true });
    writeFileSync(program, "");
    chmodSync(program, 0o644);
  }
  await prepareProject(readProject(folder), quietContext());
  expect(existsSync(join(folder, "made"))).toBe(true);
  for (const program of programs) expect(statSync(program).mode & 0o111).toBe(0o111);
  expect(statSync(addon).mode & 0o111).toBe(0);
});
