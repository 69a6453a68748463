import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../checks/fixtures/temporary-folder.ts";
import { readBuilt, selectBuilt, requestedTargets } from "./manifest.ts";

/** Writes the manifest of a target, and its addon. */
function write(folder: string, triple: string, shipped: string[], changes: object = {}): void {
  const dist = join(folder, triple);
  mkdirSync(dist, { recursive: true });
  const manifest = { schema: 3, target: { triple }, project: { targets: shipped }, artifact: { file: "t.node" }, audit: {}, ...changes };
  writeFileSync(join(dist, "manifest.json"), JSON.stringify(manifest));
  writeFileSync(join(dist, "t.node"), "");
}

test("a target is built if its manifest, its audit and its addon are there", async () => {
  const folder = temporaryFolder();
  const dist = join(folder, "t");
  const notBuilt = { code: "NOT_BUILT", exit: "usage", details: { place: dist, fix: "run: boardkit build --target t" } };
  await expect(readBuilt("t", dist)).rejects.toMatchObject(notBuilt);
  write(folder, "t", []);
  expect(await readBuilt("t", dist)).toMatchObject({ manifest: { schema: 3 }, dist, addon: join(dist, "t.node") });
  rmSync(join(dist, "t.node"));
  await expect(readBuilt("t", dist)).rejects.toMatchObject(notBuilt);
  write(folder, "t", [], { audit: undefined });
  await expect(readBuilt("t", dist)).rejects.toMatchObject(notBuilt);
  write(folder, "t", [], { schema: 2 });
  await expect(readBuilt("t", dist)).rejects.toMatchObject(notBuilt);
});

test("targets come from the manifests: the project's, the named ones, or those that a glob matches", async () => {
  const folder = temporaryFolder();
  await expect(requestedTargets(folder, [])).rejects.toMatchObject({
    message: "nothing is built",
    details: { fix: "run: boardkit build" },
  });
  write(folder, "arm-a", ["arm-a", "arm-b"]);
  mkdirSync(join(folder, "logs"));
  expect(await requestedTargets(folder, [])).toEqual(["arm-a", "arm-b"]);
  expect(await requestedTargets(folder, ["arm-*"])).toEqual(["arm-a"]);
  expect(await requestedTargets(folder, ["x86"])).toEqual(["x86"]);
  await expect(requestedTargets(folder, ["x86-*"])).rejects.toMatchObject({
    message: "x86-* is not built",
    details: { fix: "run: boardkit build --target 'x86-*'" },
  });
  await expect(selectBuilt(folder, [])).rejects.toMatchObject({ message: "arm-b is not built" });
  expect((await selectBuilt(folder, ["arm-a"])).map(({ addon }) => addon)).toEqual([join(folder, "arm-a/t.node")]);
});
