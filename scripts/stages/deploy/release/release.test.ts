import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { quietContext } from "../../../checks/fixtures/packable-project.ts";
import { temporaryFolder } from "../../../checks/fixtures/temporary-folder.ts";
import { tarOf } from "../../../lib/archive/tar.ts";
import { integrityOf } from "../../../lib/hash.ts";
import { deploySettings } from "../../../model/deploy/settings.ts";
import { placeOfTarget } from "../../../model/place.ts";
import { makeRelease, readKept, type Release, type ReleaseInput } from "./release.ts";

const { registry } = quietContext();
const cache = mkdtempSync(join(tmpdir(), "boardkit-release-"));
const context = { ...quietContext(), cache };
afterAll(() => rmSync(cache, { recursive: true, force: true }));

const runtime = { node: "/usr/bin/node", flags: [], command: ["./server.js"], env: {}, entry: "server.js" };

function write(folder: string, files: Record<string, string | Uint8Array>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** A project with a script, and what else is given. */
function createProject(files: Record<string, string | Uint8Array> = {}, packageJson: object = {}): string {
  const folder = temporaryFolder();
  write(folder, { "package.json": JSON.stringify({ name: "kitchen", version: "1.0.0", ...packageJson }), "server.js": "//\n", ...files });
  return folder;
}

function release(project: string, triple = "aarch64-unknown-linux-musl", more: Partial<ReleaseInput> = {}): Promise<Release> {
  const target = registry.triples.get(triple)!;
  const { settings = deploySettings.parse({}) } = more;
  const input = {
    app: "kitchen",
    project,
    settings,
    target,
    place: { ...placeOfTarget(registry, target), glibcFloor: "2.36" },
    runtime,
    ...more,
  };
  return makeRelease(input, context, process.env);
}

const pathsOf = ({ entries }: Release) => entries.map(({ path }) => path).toSorted();

test("the same input gives the same release, whatever times and other modes are", async () => {
  const one = createProject({ "lib/tool.sh": "echo\n" });
  chmodSync(join(one, "lib/tool.sh"), 0o775);
  const other = createProject({ "lib/tool.sh": "echo\n" });
  chmodSync(join(other, "lib/tool.sh"), 0o700);
  utimesSync(join(other, "server.js"), 1, 1);
  const [first, second] = [await release(one), await release(other)];
  expect(second.id).toBe(first.id);
  expect(first.manifest).toMatch(/^[0-9a-f]{64} 0755 5 lib\/tool\.sh$/m);
  expect(await readKept("kitchen", first.id, context)).toBe(first.manifest);
  expect(readFileSync(join(first.folder, "server.js"), "utf8")).toBe("//\n");
  writeFileSync(join(other, "server.js"), "// \n");
  expect((await release(other)).id).not.toBe(first.id);
});

test.each([".run", ".run/tests.run.xml"])("%s of the project would be in the way", async (path) => {
  await expect(release(createProject({ [path]: "" }))).rejects.toMatchObject({
    code: "RELEASE_REFUSED",
    details: { fix: expect.stringContaining(".npmignore") },
  });
  expect(pathsOf(await release(createProject({ [path]: "", ".npmignore": ".run\n" })))).toContain(".run");
});

test("what npm packs, without secrets", async () => {
  const files = {
    ".env": "A=1\n",
    ".env.example": "A=\n",
    "secret/id_ed25519": "",
    ".npmignore": "notes\n",
    "notes/a.txt": "",
    "node_modules/x/a.js": "",
  };
  const made = await release(createProject(files));
  expect(pathsOf(made)).toEqual([".env.example", ".run", "package.json", "server.js"]);
  expect(made.warnings).toEqual([expect.stringMatching(/^\.env /), expect.stringMatching(/^secret\/id_ed25519 /)]);
});

test("the files of the settings, for the target of the board", async () => {
  const project = createProject({
    "out/aarch64-unknown-linux-musl/program": "x",
    "out/x86_64-unknown-linux-musl/program": "y",
    "out/notes": "",
  });
  const settings = deploySettings.parse({ files: ["out/{target}/*", "*.js", "!*.test.js"] });
  expect(pathsOf(await release(project, undefined, { settings }))).toEqual([
    ".run",
    "out/aarch64-unknown-linux-musl/program",
    "package.json",
    "server.js",
  ]);
  const none = deploySettings.parse({ files: ["build/*"] });
  await expect(release(project, undefined, { settings: none })).rejects.toMatchObject({ code: "NO_FILES", exit: "nothingMatched" });
});

test("a script that is not packed and a missing lockfile are refused", async () => {
  await expect(release(createProject({ ".npmignore": "server.js\n" }))).rejects.toMatchObject({
    code: "NO_ENTRY",
    details: { fix: expect.stringMatching(/npm does not pack it/) },
  });
  await expect(release(createProject({}, { dependencies: { a: "1" } }))).rejects.toMatchObject({ code: "NO_LOCKFILE" });
});

/** A packed package, and its entry of a lockfile. */
async function pack(name: string, more: object = {}): Promise<{ file: Uint8Array; locked: object }> {
  const json = Buffer.from(JSON.stringify({ name, version: "1.0.0", ...more }));
  const file = gzipSync(await buffer(tarOf([{ path: "package/package.json", mode: 0o644, bytes: json }])));
  return { file, locked: { version: "1.0.0", resolved: `file:${name}.tgz`, integrity: integrityOf(file), ...more } };
}

test("the dependencies are those of the board's platform, without the developer's", async () => {
  const packages = {
    needed: await pack("needed"),
    "for-arm64": await pack("for-arm64", { cpu: ["arm64"], optional: true }),
    "for-x64": await pack("for-x64", { cpu: ["x64"], optional: true }),
    checker: await pack("checker", { dev: true }),
  };
  const range = (...names: string[]) => Object.fromEntries(names.map((name) => [name, `file:${name}.tgz`]));
  const kinds = {
    dependencies: range("needed"),
    optionalDependencies: range("for-arm64", "for-x64"),
    devDependencies: range("checker"),
  };
  const lock = {
    name: "kitchen",
    version: "1.0.0",
    lockfileVersion: 3,
    packages: {
      "": { name: "kitchen", version: "1.0.0", ...kinds },
      ...Object.fromEntries(Object.entries(packages).map(([name, { locked }]) => [`node_modules/${name}`, locked])),
    },
  };
  const project = createProject(
    {
      ...Object.fromEntries(Object.entries(packages).map(([name, { file }]) => [`${name}.tgz`, file])),
      "package-lock.json": JSON.stringify(lock),
      // What the developer has installed.
      "node_modules/for-x64/package.json": "{}",
    },
    { files: ["server.js"], ...kinds },
  );
  const modules = (made: Release) => pathsOf(made).filter((path) => path.startsWith("node_modules"));
  const arm = await release(project);
  expect(modules(arm)).toEqual(["node_modules/for-arm64/package.json", "node_modules/needed/package.json"]);
  expect(modules(await release(project, "x86_64-unknown-linux-gnu"))).toEqual([
    "node_modules/for-x64/package.json",
    "node_modules/needed/package.json",
  ]);
  expect((await release(project)).id).toBe(arm.id);
  expect(existsSync(join(arm.folder, "node_modules/needed/package.json"))).toBe(true);
}, 60_000);
