// What must be there after a push: each missing thing is a fault.
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { temporaryFolder } from "../fixtures/temporary-folder.ts";
import { scenarios } from "./scenarios.ts";

const pushOf = (title: string, scenario = "foreign") =>
  scenarios.find(({ name }) => name === scenario)!.pushes.find((push) => push.title === title)!;

/** A registry that has these packages, each as `name@version`. */
async function startRegistry(packages: string[]): Promise<string> {
  const server = createServer((request, response) => {
    const name = decodeURIComponent(request.url ?? "").slice(1);
    const versions = packages.filter((one) => one.startsWith(`${name}@`)).map((one) => [one.slice(name.length + 1), {}]);
    response.writeHead(versions.length > 0 ? 200 : 404).end(JSON.stringify({ versions: Object.fromEntries(versions) }));
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

function write(folder: string, path: string, text = ""): void {
  mkdirSync(join(folder, path, ".."), { recursive: true });
  writeFileSync(join(folder, path), text);
}

const afterOf = (folder: string, registry: string, wheels: string[] = []) => ({
  world: {
    folder,
    registry,
    python: { upload: "", index: "", files: async () => wheels },
    results: "",
    ports: { artifacts: 0, caches: 0 },
  },
  version: "0.0.1",
  targets: ["armv7"],
});

test("artifacts, published packages and the files of the draft", async () => {
  const folder = temporaryFolder();
  const { check } = pushOf("tag");
  expect(await check(afterOf(folder, await startRegistry(["@somebody/sum@0.0.2"])))).toEqual([
    "there is no artifact armv7",
    "there is no artifact packages",
    "there is no artifact report",
    "the registry does not have @somebody/sum@0.0.1",
    "the draft of the release has no SHA256SUMS",
  ]);
  for (const name of ["armv7", "packages", "report"]) write(folder, `artifacts/1/${name}/${name}.zip`);
  write(folder, "releases/v0.0.1/SHA256SUMS", `${"0".repeat(64)}  sum.deb\n`);
  const registry = await startRegistry(["@somebody/sum@0.0.1"]);
  expect(await check(afterOf(folder, registry))).toEqual(["the draft of the release has no sum.deb"]);
  write(folder, "releases/v0.0.1/sum.deb");
  expect(await check(afterOf(folder, registry))).toEqual([]);
});

test("a push to main leaves artifacts and publishes nothing", async () => {
  const folder = temporaryFolder();
  for (const name of ["armv7", "packages"]) write(folder, `artifacts/1/${name}/${name}.zip`);
  const { check, ref } = pushOf("push");
  expect(ref("0.0.1")).toBe("refs/heads/main");
  expect(await check(afterOf(folder, "http://127.0.0.1:9/"))).toEqual(["there is no artifact report"]);
});

test("a release of Grid is on the Python index, with a wheel for each target", async () => {
  const folder = temporaryFolder();
  for (const name of ["armv7", "packages", "report"]) write(folder, `artifacts/1/${name}/${name}.zip`);
  write(folder, "releases/v0.0.1/SHA256SUMS", `${"0".repeat(64)}  grid.deb\n`);
  write(folder, "releases/v0.0.1/grid.deb");
  const { check } = pushOf("tag", "release");
  const registry = await startRegistry(["@boardkit/grid@0.0.1", "boardkit@0.0.1"]);
  expect(await check(afterOf(folder, registry, ["grid-0.0.0.tar.gz"]))).toEqual([
    "the Python index has 0 wheels of 0.0.1 for 1 targets",
    "the Python index has 0 sdists of 0.0.1",
  ]);
  expect(await check(afterOf(folder, registry, ["grid-0.0.1-cp39-abi3-linux_armv7l.whl", "grid-0.0.1.tar.gz"]))).toEqual([]);
});
