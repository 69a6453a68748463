import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../checks/fixtures/temporary-folder.ts";
import { readBuilt } from "./manifest.ts";

test("a target is built where its manifest and its addon are", async () => {
  const dist = temporaryFolder();
  const notBuilt = { code: "NOT_BUILT", exit: "usage", details: { place: dist, fix: "run: boardkit build --target t" } };
  await expect(readBuilt("t", dist)).rejects.toMatchObject(notBuilt);
  const manifest = { schema: 2, artifact: { file: "t.node" } };
  const built = join(dist, "t.node");
  writeFileSync(join(dist, "manifest.json"), JSON.stringify(manifest));
  writeFileSync(built, "");
  expect(await readBuilt("t", dist)).toEqual({ manifest, built });
  rmSync(built);
  await expect(readBuilt("t", dist)).rejects.toMatchObject(notBuilt);
});
