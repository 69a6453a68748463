// Publication of crates to a real registry by cargo: in order, resumed, and without overwriting.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { cacheRoot } from "../../lib/paths.ts";
import type { Project } from "../../model/project.ts";
import { getToolchain } from "../../model/registry.ts";
import { checkCrates } from "../../stages/publish/crates.ts";
import { fetchItems } from "../../stages/set-up/fetch.ts";
import { publishCrates } from "../../tools/rust/publish-crates.ts";
import { cargoHome } from "../../tools/rust/rust.ts";
import { provided } from "../../tools/store/store.ts";
import { quietContext } from "../fixtures/packable-project.ts";
import { writeFiles } from "../fixtures/small-project.ts";
import { freePort } from "../fixtures/ssh-guest.ts";
import { startCrates, type CrateServer } from "./registry.ts";

const context = { ...quietContext(), cache: cacheRoot(process.env) };
const registry = { name: "local", home: cargoHome(process.env) };
// Beside each other: cargo's configuration in a folder holds for those below it.
const top = mkdtempSync(join(tmpdir(), "boardkit-crates-"));
let server: CrateServer;
let port = 0;
let program = "";
let number = 0;

const start = async (folder: string) => {
  server = await startCrates(program, folder, port);
  mkdirSync(join(top, ".cargo"), { recursive: true });
  writeFileSync(join(top, ".cargo/config.toml"), server.config);
};

beforeAll(async () => {
  await fetchItems(["cargo-http-registry"], context);
  program = provided(context.cache, getToolchain(context.registry, "cargo-http-registry"), "cargo-http-registry");
}, 900_000);
beforeEach(async () => {
  number += 1;
  port = await freePort();
  await start(join(top, `registry-${number}`));
  vi.stubEnv("CARGO_REGISTRY_DEFAULT", "local");
  vi.stubEnv("CARGO_REGISTRIES_LOCAL_TOKEN", "a token");
  vi.stubEnv("CARGO_TARGET_DIR", undefined);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.end();
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

/** A workspace with a crate and one that depends on it; the names are new for each test, as cargo keeps the archives of a registry. */
function workspace(): { project: Project; base: string; dependent: string; folder: string } {
  const names = { base: `bk-base-${process.pid}-${number}`, dependent: `bk-dependent-${process.pid}-${number}` };
  const folder = join(top, `project-${number}`);
  const manifest = (name: string, more = "") =>
    `[package]\nname = "${name}"\nversion = "0.1.0"\nedition = "2021"\nlicense = "MIT"\ndescription = "for a test"\n\n[lib]\nname = "${name === names.base ? "base" : "dependent"}"\n${more}`;
  const dependency = `\n[dependencies]\n${names.base} = { path = "../base", version = "0.1.0", registry = "local" }\n`;
  writeFiles(folder, {
    "Cargo.toml": '[workspace]\nresolver = "2"\nmembers = ["base", "dependent"]\n',
    "Cargo.lock": `version = 4\n\n[[package]]\nname = "${names.base}"\nversion = "0.1.0"\n\n[[package]]\nname = "${names.dependent}"\nversion = "0.1.0"\ndependencies = [\n "${names.base}",\n]\n`,
    "base/Cargo.toml": manifest(names.base),
    "base/src/lib.rs": "pub fn one() -> i32 {\n    1\n}\n",
    "dependent/Cargo.toml": manifest(names.dependent, dependency),
    "dependent/src/lib.rs": "pub fn two() -> i32 {\n    base::one() + 1\n}\n",
  });
  // The dependent one is first: cargo must order them.
  return { project: { folder, settings: { crates: [names.dependent, names.base] } } as unknown as Project, folder, ...names };
}

/** Publishes a project; returns the progress lines in order. */
async function publish(project: Project): Promise<string[]> {
  const lines: string[] = [];
  const reporter = {
    ...context.reporter,
    done: (step: string, subject: string) => lines.push(`${step} ${subject}`),
    skipped: (_step: string, subject: string, reason: string) => lines.push(`${subject}: ${reason}`),
  };
  await (
    await checkCrates(project, registry, { ...context, reporter } as typeof context)
  )();
  return lines;
}

test("crates are compiled from their archives, published in order and once", async () => {
  const { project, base, dependent } = workspace();
  const names = `2 crates: ${base}, ${dependent}`;
  expect(await publish(project)).toEqual([`check ${names}`, `publish ${names}`]);
  expect([server.has(base, "0.1.0"), server.has(dependent, "0.1.0")]).toEqual([true, true]);
  expect(await publish(project)).toEqual([base, dependent].map((name) => `crate ${name} 0.1.0: already published`));
});

test("a publication that was cut off after one crate goes on with the other", async () => {
  const { project, base, dependent, folder } = workspace();
  await publishCrates(folder, [base], join(folder, "dist/crates"), registry, context.signal);
  expect(await publish(project)).toEqual([
    `crate ${base} 0.1.0: already published`,
    `check 1 crates: ${dependent}`,
    `publish 1 crates: ${dependent}`,
  ]);
});

test("a version that exists with other content, and one that does not compile, end before anything is published", async () => {
  const { project, base, dependent, folder } = workspace();
  await publishCrates(folder, [base], join(folder, "dist/crates"), registry, context.signal);
  writeFileSync(join(folder, "base/src/lib.rs"), "pub fn one() -> i32 {\n    2 - 1\n}\n");
  await expect(publish(project)).rejects.toMatchObject({ code: "VERSION_TAKEN" });
  writeFileSync(join(folder, "base/src/lib.rs"), "pub fn one() -> i32 {\n    1\n}\n");
  writeFileSync(join(folder, "dependent/src/lib.rs"), "pub fn two() -> i32 {\n    base::two()\n}\n");
  await expect(publish(project)).rejects.toMatchObject({ code: "CRATE_UNFIT" });
  expect(server.has(dependent, "0.1.0")).toBe(false);
});

test("a registry that does not answer is not one without the crates, and then the run goes on", async () => {
  const { project, base, dependent } = workspace();
  await server.end();
  // cargo asks for the dependency while it packs, and for the crate itself afterwards.
  for (const crates of [[base], [base, dependent]]) {
    const chosen = { ...project, settings: { crates } } as unknown as Project;
    await expect(publish(chosen)).rejects.toMatchObject({ code: "REGISTRY_FAILED" });
  }
  await start(join(top, `registry-${number}`));
  await publish(project);
  expect(server.has(dependent, "0.1.0")).toBe(true);
});
