// Package trees as npm, pnpm and Yarn install them, and trees that nobody would wish for.
import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../checks/fixtures/temporary-folder.ts";
import { isApp } from "./is-app.ts";
import { findPackage, readTree } from "./read-tree.ts";

const ELF = "\x7fELF";

/** A folder with the given files; an object is written as JSON. */
function tree(files: Record<string, string | object>): string {
  const root = realpathSync(temporaryFolder());
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), typeof content === "string" ? content : JSON.stringify(content), "latin1");
  }
  return root;
}
const named = (name: string, more: object = {}) => ({ name, version: "1.0.0", ...more });
const namesOf = async (root: string) => [...(await readTree(root)).packages.values()].map(({ name }) => name).toSorted();

test("npm: packages, scopes, nested packages; `require` finds the nearest", async () => {
  const root = tree({
    "package.json": named("app"),
    "node_modules/a/package.json": named("a"),
    "node_modules/@s/b/package.json": named("@s/b"),
    "node_modules/@s/b/node_modules/a/package.json": named("a", { version: "2.0.0" }),
    "node_modules/.package-lock.json": "{}",
  });
  expect(await namesOf(root)).toEqual(["@s/b", "a", "a", "app"]);
  const read = await readTree(join(root, "node_modules"));
  expect(findPackage(read, join(root, "node_modules/@s/b"), "a")?.version).toBe("2.0.0");
  expect(findPackage(read, join(root, "node_modules/a"), "@s/b")?.version).toBe("1.0.0");
  expect(findPackage(read, root, "c")).toBeUndefined();
});

test("pnpm: packages behind links, with their dependencies beside them, each read once", async () => {
  const store = "node_modules/.pnpm";
  const root = tree({
    "package.json": named("app"),
    [`${store}/a@1.0.0/node_modules/a/package.json`]: named("a"),
    [`${store}/b@1.0.0/node_modules/b/package.json`]: named("b"),
  });
  symlinkSync(`.pnpm/a@1.0.0/node_modules/a`, join(root, "node_modules/a"));
  symlinkSync(`../../b@1.0.0/node_modules/b`, join(root, `${store}/a@1.0.0/node_modules/b`));
  expect(await namesOf(root)).toEqual(["a", "app", "b"]);
  const read = await readTree(root);
  expect(findPackage(read, join(root, `${store}/a@1.0.0/node_modules/a`), "b")?.name).toBe("b");
});

test("Yarn's Plug'n'Play has no folders: an error that says what to do", async () => {
  const root = tree({ "package.json": named("app"), ".pnp.cjs": "" });
  expect(isApp(root)).toBe(true);
  await expect(readTree(root)).rejects.toMatchObject({ code: "NO_NODE_MODULES", message: expect.stringContaining("Plug'n'Play") });
});

test("native files by name and by their first bytes", async () => {
  const root = tree({
    "node_modules/a/package.json": named("a", { bin: { tool: "./bin/tool" } }),
    "node_modules/a/binding.gyp": "",
    "node_modules/a/build/Release/a.node": ELF,
    "node_modules/a/build/Release/obj.target/a.node": ELF,
    "node_modules/a/mac.node": "\xcf\xfa\xed\xfe",
    "node_modules/a/lib/liba.so.1.2": ELF,
    "node_modules/a/lib/libssl.so.1.1.1k": ELF,
    "node_modules/a/bin/tool": ELF,
    "node_modules/a/bin/script": "#!/bin/sh\n",
    "node_modules/a/target/CACHEDIR.TAG": "",
    "node_modules/a/target/release/liba.so": ELF,
  });
  const pkg = (await readTree(root)).packages.get(join(root, "node_modules/a"))!;
  const paths = (files: { inside: string; format: string }[]) => files.map(({ inside, format }) => `${inside} ${format}`);
  expect(paths(pkg.addons)).toEqual(["build/Release/a.node elf", "mac.node macos"]);
  expect(paths(pkg.libraries)).toEqual(["lib/liba.so.1.2 elf", "lib/libssl.so.1.1.1k elf"]);
  expect(paths(pkg.programs)).toEqual(["bin/tool elf"]);
  expect(pkg.hasBindingGyp).toBe(true);
});

test("a file in the place of a folder of packages is told", async () => {
  const root = tree({ "node_modules/a/package.json": named("a"), "node_modules/a/node_modules": "", "node_modules/@s": "" });
  const { packages, unreadable } = await readTree(root);
  expect([...packages.values()].map(({ name }) => name)).toEqual(["a"]);
  expect(unreadable).toMatchObject([{ path: join(root, "node_modules/a/node_modules"), reason: expect.stringContaining("ENOTDIR") }]);
});

test("fields of a wrong type are ignored, as npm ignores them", async () => {
  const root = tree({ "node_modules/a/package.json": { name: 7, os: { x: 1 }, cpu: "arm64", scripts: [], dependencies: null, bin: 3 } });
  const [pkg] = (await readTree(root)).packages.values();
  expect(pkg).toMatchObject({ name: "a", os: [], cpu: ["arm64"], dependencies: {}, bin: [], installScript: "" });
});

test("what cannot be read is told, and the rest is read", async () => {
  const root = tree({ "node_modules/bad/package.json": "{", "node_modules/good/package.json": named("good"), "node_modules/huge/x": "" });
  const file = openSync(join(root, "node_modules/huge/package.json"), "w");
  ftruncateSync(file, 1e9);
  closeSync(file);
  symlinkSync("nowhere", join(root, "node_modules/broken"));
  const { packages, unreadable } = await readTree(root);
  expect([...packages.values()].map(({ name }) => name)).toEqual(["good"]);
  expect(unreadable.map(({ path, reason }) => `${path.slice(root.length + 1)}: ${reason}`)).toEqual([
    expect.stringMatching(/^node_modules\/bad\/package.json: it is not valid JSON/),
    "node_modules/broken: it is a link that leads nowhere",
    "node_modules/huge/package.json: it has 1000000000 bytes; the most is 5000000",
  ]);
});

test("links that form a loop or leave the app end", async () => {
  const outside = tree({ "secret/package.json": named("outside"), "secret/x.node": ELF });
  const root = tree({ "package.json": named("app"), "node_modules/a/package.json": named("a"), "node_modules/a/x/y.node": ELF });
  symlinkSync("..", join(root, "node_modules/a/x/up"));
  symlinkSync("../..", join(root, "node_modules/a/node_modules"));
  symlinkSync(".", join(root, "node_modules/self"));
  symlinkSync(join(outside, "secret"), join(root, "node_modules/linked"));
  const { packages } = await readTree(root);
  expect(packages.get(join(root, "node_modules/a"))?.addons.map(({ inside }) => inside)).toEqual(["x/y.node"]);
  // `npm link` leads elsewhere on purpose.
  expect(packages.has(join(outside, "secret"))).toBe(true);
  expect(existsSync(join(root, "node_modules/self/self/self"))).toBe(true);
});
