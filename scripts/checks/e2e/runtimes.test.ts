// An addon for x86-64 in Bun and Deno, beside Node: the same result, and cases that differ.
import { mkdirSync, cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { toolsOfRuntimes } from "../../emulate/runtimes.ts";
import { cacheRoot } from "../../lib/paths.ts";
import { loadRegistry } from "../../model/read-registry.ts";
import { placeOfTarget } from "../../model/place.ts";
import type { Manifest } from "../../model/report/manifest.ts";
import { getArchitecture, getCpu, selectTriples } from "../../model/registry.ts";
import { fetchOptional } from "../../stages/set-up/fetch.ts";
import { addonSource, compileShared } from "../fixtures/fixture.ts";
import { quietContext } from "../fixtures/packable-project.ts";
import { boardkit, createProject } from "./cli.ts";

const triple = "x86_64-unknown-linux-gnu";
const registry = loadRegistry();
const target = selectTriples(registry, [triple])[0]!;

/** Why Bun and Deno are not available here; undefined if they are. */
async function findObstacle(): Promise<string | undefined> {
  const context = { ...quietContext(), cache: cacheRoot(process.env) };
  for (const id of toolsOfRuntimes(target, ["bun", "deno"])) {
    const obstacle = await fetchOptional(id, context);
    if (obstacle !== undefined) return obstacle;
  }
  return undefined;
}

const obstacle = await findObstacle();
if (obstacle !== undefined) console.warn(`skipped: Bun and Deno are not available here: ${obstacle}`);

/** How smoke scripts begin, by their names. */
const HEADS = {
  "smoke.mjs": `import { createRequire } from "node:module";
import { writeFileSync } from "node:fs";
const require = createRequire(import.meta.url);`,
  // Without `type` in package.json Node takes it for CommonJS.
  "smoke.js": 'const { writeFileSync } = require("node:fs");',
};

/** A project whose smoke script has one more case than that of the addon, and whose addon is built. */
function createBuilt(script: keyof typeof HEADS, lastCase: string): string {
  const text = `${HEADS[script]}
const addon = require(process.env.BOARDKIT_ADDON);
const cases = { "the addon answers": () => addon.one === 1, "last case": () => ${lastCase} };
const failures = Object.keys(cases).filter((name) => !cases[name]()).map((name) => ({ name }));
const failed = failures.length;
writeFileSync(process.env.BOARDKIT_RESULT, JSON.stringify({ passed: 2 - failed, failed, node: process.version, failures }));
process.exitCode = failed > 0 ? 1 : 0;
`;
  const packageJson = { name: "foreign", version: "0.0.1", napi: { binaryName: "foreign" }, boardkit: { smoke: script } };
  const folder = createProject({ "src/lib.rs": "", [script]: text, "package.json": JSON.stringify(packageJson) });
  const one = 'napi_value one; napi_create_uint32(env, 1, &one); napi_set_named_property(env, exports, "one", one);';
  const dist = join(folder, "dist", triple);
  mkdirSync(dist, { recursive: true });
  cpSync(compileShared(addonSource(one), "x86_64-linux-gnu.2.17"), join(dist, "addon.node"));
  const place = placeOfTarget(registry, target);
  const manifest = {
    schema: 3,
    target,
    architecture: getArchitecture(registry, target.arch),
    cpu: getCpu(registry, target.cpu.lowest),
    place,
    project: { name: "foreign", version: "0.0.1", targets: [triple], others: [] },
    profile: "standard",
    builder: { name: "zig", linker: "zig", tools: "", rustc: "", std: "" },
    artifact: { file: "addon.node", bytes: 1, sha256: "" },
    crates: [],
    steps: {},
    audit: { place, elf: { needed: [] }, nodeApi: {}, findings: [] },
    smoke: [],
  };
  writeFileSync(join(dist, "manifest.json"), JSON.stringify(manifest));
  return folder;
}

const smoke = (folder: string) => boardkit(["--cwd", folder, "smoke", "--target", triple, "--runtimes", "bun,deno"]);

/** The results of the runs, as the manifest keeps them. */
function resultsOf(folder: string): Manifest["smoke"] {
  return (JSON.parse(readFileSync(join(folder, "dist", triple, "manifest.json"), "utf8")) as Manifest).smoke;
}

test.skipIf(obstacle !== undefined)("the smoke script has the same result in Node, Bun and Deno", async () => {
  const folder = createBuilt("smoke.mjs", "typeof fetch === 'function'");
  const { code, stdout, stderr } = await smoke(folder);
  expect(resultsOf(folder).map(({ kind, outcome, passed, reason }) => ({ kind, outcome, passed, reason }))).toEqual(
    ["node", "bun", "deno"].map((kind) => ({ kind, outcome: "passed", passed: 2, reason: undefined })),
  );
  expect(stdout).toMatch(/6 passed .*Node \d[\d.]* on \S+; Bun \d[\d.]* on \S+( \[1\])?; Deno \d[\d.]* on /);
  expect(stderr).toMatch(/✓ smoke bun/);
  expect(code).toBe(0);
});

test.skipIf(obstacle !== undefined)("a case that fails in Bun alone is a failure that names runtime and case", async () => {
  const folder = createBuilt("smoke.js", "process.versions.bun === undefined");
  const { code, stdout, stderr } = await smoke(folder);
  expect(resultsOf(folder).map(({ kind, outcome, differs }) => [kind, outcome, differs])).toEqual([
    ["node", "passed", undefined],
    ["bun", "failed", ["last case"]],
    ["deno", "passed", undefined],
  ]);
  expect(stderr).toMatch(/Bun \d[\d.]* differs from Node: fails, and passes in Node \d[\d.]*: last case/);
  expect(stdout).toMatch(/\] Bun \d[\d.]* differs from Node in last case/);
  expect(code).toBe(1);
});
