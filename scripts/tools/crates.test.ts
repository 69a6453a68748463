import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../lib/paths.ts";
import { checksumsIn, readCrates, treeIds } from "./crates.ts";

test("the lines of cargo tree", () => {
  const text =
    "thing v1.2.3 (/a/path)\nserde v1.0.229\nserde_derive v1.0.229 (proc-macro)\nserde v1.0.229 (*)\n\n[build-dependencies]\ncc v1.2.0+x";
  expect([...treeIds(text)]).toEqual(["thing@1.2.3", "serde@1.0.229", "serde_derive@1.0.229", "cc@1.2.0+x"]);
});

test("checksums of a Cargo.lock, none for what comes from elsewhere", () => {
  const checksums = checksumsIn(readFileSync(join(packageRoot, "Cargo.lock"), "utf8"));
  expect([...checksums.keys()].find((id) => id.startsWith("napi@"))).toBeDefined();
  expect([...checksums.keys()].find((id) => id.startsWith("grid-"))).toBeUndefined();
});

test("Grid's crates: what is linked, what builds it, and what only tests need", async () => {
  const manifest = join(packageRoot, "bindings/node/Cargo.toml");
  const triples = ["x86_64-unknown-linux-gnu", "armv7-unknown-linux-musleabihf"];
  const crates = await readCrates(manifest, triples, [], new AbortController().signal);
  const find = (name: string) => crates.find((crate) => crate.name === name);
  expect(crates[0]).toMatchObject({ name: "grid-node", source: null });
  expect(crates[0]?.dependencies.some((id) => id.startsWith("grid-opa@"))).toBe(true);
  expect(find("regorus")).toMatchObject({ linked: true, targets: triples, checksum: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(find("napi-build")).toMatchObject({ linked: false });
  expect(find("serde_derive")).toMatchObject({ linked: false });
  expect(find("proptest")).toBeUndefined();
  expect(find("cpufeatures")?.targets).toEqual(["x86_64-unknown-linux-gnu"]);
  const small = await readCrates(manifest, triples, ["--no-default-features"], new AbortController().signal);
  expect(small.some(({ name }) => name === "rsa")).toBe(false);
  expect(find("rsa")).toMatchObject({ linked: true });
});
