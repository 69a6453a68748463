import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../lib/paths.ts";
import { readCargoMetadata } from "./rust.ts";
import { checksumsIn, readCrates, treeIds } from "./crates.ts";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";

test("the ids in the output of cargo tree", () => {
  const text =
    "thing v1.2.3 (/a/path)\nserde v1.0.229\nserde_derive v1.0.229 (proc-macro)\nserde v1.0.229 (*)\n\n[build-dependencies]\ncc v1.2.0+x";
  expect([...treeIds(text)]).toEqual(["thing@1.2.3", "serde@1.0.229", "serde_derive@1.0.229", "cc@1.2.0+x"]);
});

test("the checksums of a Cargo.lock, for crates of the registry only", () => {
  const checksums = checksumsIn(readFileSync(join(packageRoot, "Cargo.lock"), "utf8"));
  expect([...checksums.keys()].find((id) => id.startsWith("napi@"))).toBeDefined();
  expect([...checksums.keys()].find((id) => id.startsWith("grid-"))).toBeUndefined();
});

test("Grid's crates: linked ones and build-time ones, without those of tests", async () => {
  const manifest = join(packageRoot, "bindings/node/Cargo.toml");
  const { signal } = new AbortController();
  const { metadata } = await readCargoMetadata(manifest, signal);
  const read = (triple: string, ...features: string[]) => readCrates(metadata, manifest, triple, features, signal);
  const crates = await read("x86_64-unknown-linux-gnu");
  const onArm = await read("armv7-unknown-linux-musleabihf");
  const find = (name: string) => crates.find((crate) => crate.name === name);
  expect(crates[0]).toMatchObject({ name: "grid-node", source: null });
  expect(crates[0]?.dependencies.some((id) => id.startsWith("grid-opa@"))).toBe(true);
  expect(find("num-bigint")).toMatchObject({ linked: true, checksum: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(find("napi-build")).toMatchObject({ linked: false });
  expect(find("serde_derive")).toMatchObject({ linked: false });
  expect(find("proptest")).toBeUndefined();
  expect(find("cpufeatures")).toBeDefined();
  expect(onArm.some(({ name }) => name === "cpufeatures")).toBe(false);
  expect(onArm.some(({ name }) => name === "num-bigint")).toBe(true);
  const small = await read("x86_64-unknown-linux-gnu", "--no-default-features");
  expect(small.some(({ name }) => name === "rsa")).toBe(false);
  expect(find("rsa")).toMatchObject({ linked: true });
});

test("a dev-dependency is not a dependency, even if another crate needs it", async () => {
  const folder = temporaryFolder();
  const crate = (name: string, rest: string) => {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, "Cargo.toml"), `[package]\nname = "${name}"\nversion = "0.1.0"\n\n[lib]\npath = "lib.rs"\n\n${rest}`);
    writeFileSync(join(folder, name, "lib.rs"), "");
  };
  const on = (...names: string[]) => names.map((name) => `${name} = { path = "../${name}" }\n`).join("");
  crate("addon", `[dependencies]\n${on("one")}[dev-dependencies]\n${on("two", "three")}[workspace]\n`);
  crate("one", `[dependencies]\n${on("two")}`);
  crate("two", "");
  crate("three", "");
  const manifest = join(folder, "addon/Cargo.toml");
  const { signal } = new AbortController();
  const { metadata } = await readCargoMetadata(manifest, signal);
  const crates = await readCrates(metadata, manifest, "x86_64-unknown-linux-gnu", [], signal);
  expect(crates.map(({ id, dependencies }) => [id, dependencies])).toEqual([
    ["addon@0.1.0", ["one@0.1.0"]],
    ["one@0.1.0", ["two@0.1.0"]],
    ["two@0.1.0", []],
  ]);
});
