import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { expect, test } from "vitest";
import type { PackedPackage } from "../../model/report/package-index.ts";
import { sbomText, type SbomInput } from "./sbom.ts";
import { mergeCrates, type ReleasedCrate } from "./crates.ts";

const targets = ["aarch64-unknown-linux-gnu", "armv7-unknown-linux-musleabihf"];
const packed = (name: string, target?: string): PackedPackage => ({
  name,
  version: "1.2.3",
  file: "",
  bytes: 1,
  sha256: "ab".repeat(32),
  integrity: `sha512-${Buffer.alloc(64, 1).toString("base64")}`,
  ...(target ? { target } : {}),
});
const crate = (name: string, changes: Partial<ReleasedCrate> = {}): ReleasedCrate => ({
  id: `${name}@0.1.0`,
  name,
  version: "0.1.0",
  license: "MIT/Apache-2.0",
  repository: "https://example.com/crate",
  source: "registry+x",
  checksum: "cd".repeat(32),
  linked: true,
  targets,
  dependencies: [],
  ...changes,
});
const { checksum: _none, ...own } = crate("addon", { dependencies: ["macros@0.1.0", "serde@0.1.0"], source: null });
const input: SbomInput = {
  root: packed("@me/thing"),
  packageJson: { license: "SEE LICENSE IN x.txt" },
  platforms: targets.map((target) => ({ ...packed(`@me/thing-${target}`, target), crate: "addon@0.1.0" })),
  python: [],
  crates: [own, crate("serde", { targets: targets.slice(1) }), crate("macros", { linked: false })],
  dependencies: [],
  builders: [
    {
      name: "zig",
      linker: "zig",
      tools: "zig 0.17.1, cargo-zigbuild 0.24.1",
      rustc: "rustc 1.95.0 (a9807616e 2026-04-14)",
      std: "built with the addon",
    },
  ],
  boardkit: "0.1.0",
};

type Component = {
  name: string;
  scope?: string;
  version: string;
  licenses?: object[];
  hashes?: object[];
  properties?: { value: string }[];
};
type Bom = {
  metadata: { component: Component; tools: { components: Component[] }; timestamp?: string };
  components: Component[];
  dependencies: { ref: string; dependsOn?: string[] }[];
};
const bomOf = (changes: Partial<SbomInput> = {}) => JSON.parse(sbomText({ ...input, ...changes })) as Bom;
const find = (bom: Bom, name: string) => bom.components.find((component) => component.name === name);

test("it is CycloneDX 1.6, also with licences that SPDX does not know", async () => {
  expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(sbomText(input))).toBeNull();
  expect(bomOf().metadata.component.licenses).toEqual([{ license: { name: "SEE LICENSE IN x.txt" } }]);
});

test("crates of build time are excluded, and crates of only some addons have their targets", () => {
  const bom = bomOf();
  expect(find(bom, "serde")).toMatchObject({ scope: "required", licenses: [{ expression: "MIT OR Apache-2.0" }] });
  expect(find(bom, "serde")?.properties?.map(({ value }) => value)).toEqual(targets.slice(1));
  expect(find(bom, "macros")).toMatchObject({ scope: "excluded" });
  expect(find(bom, "macros")?.properties).toBeUndefined();
  expect(find(bom, "addon")).not.toHaveProperty("hashes");
});

test("the dependencies of the root package lead to all linked components, also those that are not crates", () => {
  const { dependencies } = bomOf();
  const reached = new Set<string>();
  const visit = (ref: string) => {
    if (reached.has(ref)) return;
    reached.add(ref);
    for (const next of dependencies.find((entry) => entry.ref === ref)?.dependsOn ?? []) visit(next);
  };
  visit("pkg:npm/%40me/thing@1.2.3");
  expect([...reached].toSorted()).toEqual(dependencies.map(({ ref }) => ref).toSorted());
  expect(reached).toContain("pkg:github/rust-lang/rust@1.95.0");
  expect(reached).toContain("pkg:github/ziglang/zig@0.17.1");
});

test("with gcc the addon contains nothing of zig, although it links against zig's stubs of glibc", () => {
  const [builder] = input.builders;
  if (!builder) throw new Error("the input has no builder");
  const { components } = bomOf({ builders: [{ ...builder, linker: "gcc", tools: "gcc 12.2.0 against glibc 2.17 of zig 0.17.1" }] });
  expect(components.map(({ name }) => name)).toContain("rust");
  expect(components.map(({ name }) => name)).not.toContain("zig");
});

test("the tools, each once, and no date for a version", () => {
  const [builder] = input.builders;
  const { tools } = bomOf({ builders: builder ? [builder, builder] : [] }).metadata;
  expect(tools.components.map(({ name, version }) => `${name} ${version}`)).toEqual([
    "boardkit 0.1.0",
    "cargo-zigbuild 0.24.1",
    "rustc 1.95.0",
    "zig 0.17.1",
  ]);
});

test("the text does not depend on the order, and has a time only if one is given", () => {
  const reordered = { ...input, crates: [own, ...input.crates.slice(1).toReversed()], platforms: input.platforms.toReversed() };
  expect(sbomText(reordered)).toBe(sbomText(input));
  expect(bomOf().metadata).not.toHaveProperty("timestamp");
  expect(bomOf({ epoch: 1 }).metadata.timestamp).toBe("1970-01-01T00:00:01.000Z");
});

test("crates of several addons are merged: the own crate first, each with the targets and the dependencies of all", () => {
  const plainCrate = (name: string, dependencies: string[], linked = true) => {
    const { targets: _of, ...plain } = crate(name, { dependencies, linked });
    return plain;
  };
  const manifests = [
    { target: { triple: "a" }, crates: [plainCrate("own", ["x@0.1.0"]), plainCrate("x", [], false)] },
    { target: { triple: "b" }, crates: [plainCrate("own", ["b@0.1.0", "x@0.1.0"]), plainCrate("b", []), plainCrate("x", [])] },
  ] as unknown as Parameters<typeof mergeCrates>[0];
  expect(mergeCrates(manifests).map(({ name, targets: of, dependencies, linked }) => [name, of, dependencies, linked])).toEqual([
    ["own", ["a", "b"], ["b@0.1.0", "x@0.1.0"], true],
    ["b", ["b"], [], true],
    ["x", ["a", "b"], [], true],
  ]);
});

test("wheels depend on the crate that they are built from, and the sdist stands for a project without an addon", async () => {
  const python = (file: string, target?: string) => ({
    name: "thing",
    version: "1.2.3",
    file,
    bytes: 1,
    sha256: "ef".repeat(32),
    ...(target ? { target, crate: "module@0.1.0" } : {}),
  });
  const wheels = [python("thing-1.2.3-cp39-abi3-linux_armv6l.whl", targets[0]), python("thing-1.2.3.tar.gz")];
  const module = crate("module", { dependencies: ["serde@0.1.0"], targets: targets.slice(0, 1) });
  const crates = [own, module, ...input.crates.slice(1)];
  const bom = bomOf({ python: wheels, crates });
  const purl = "pkg:pypi/thing@1.2.3?file_name=thing-1.2.3-cp39-abi3-linux_armv6l.whl";
  expect(bom.components).toContainEqual(expect.objectContaining({ purl, hashes: [{ alg: "SHA-256", content: "ef".repeat(32) }] }));
  expect(bom.dependencies).toContainEqual({ ref: purl, dependsOn: ["pkg:cargo/module@0.1.0"] });
  expect(find(bom, "module")?.properties?.map(({ value }) => value)).toEqual([targets[0]]);
  const alone = bomOf({ root: undefined, platforms: [], python: wheels, crates: [module, ...input.crates.slice(1)] });
  expect(alone.metadata.component).toMatchObject({ purl: "pkg:pypi/thing@1.2.3?file_name=thing-1.2.3.tar.gz" });
  expect(alone.dependencies.find(({ ref }) => ref.endsWith("tar.gz"))?.dependsOn).toEqual([purl]);
  expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(sbomText({ ...input, python: wheels, crates }))).toBeNull();
});
