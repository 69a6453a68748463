// `boardkit audit` of names and lockfiles, with packages of a registry of its own.
import { execFile } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { auditReport } from "../../audit/document.ts";
import { compileShared, addonSource } from "../fixtures/fixture.ts";
import { temporaryFolder } from "../fixtures/temporary-folder.ts";
import { startRegistry, type Registry } from "../install/registry.ts";
import { boardkit, start } from "./cli.ts";

const folder = mkdtempSync(join(tmpdir(), "names-"));
const ran = join(folder, "a-script-ran");
const BOARDS = ["--board", "pi-4,pi-2"];
let registry: Registry;
let npmrc: string;

beforeAll(async () => {
  registry = await startRegistry(join(folder, "registry"));
  npmrc = `registry=${registry.url}\n//${new URL(registry.url).host}/:_authToken=sesame\ncache=${join(folder, "npm")}\n`;
  writeFileSync(join(folder, "npmrc"), npmrc);
});
afterAll(async () => {
  await registry.end();
  rmSync(folder, { recursive: true, force: true });
});

/** Publishes a package with scripts that must never run. */
async function publish(manifest: Record<string, unknown>, files: Record<string, string> = {}): Promise<void> {
  const source = mkdtempSync(join(folder, "package-"));
  const scripts = Object.fromEntries(["preinstall", "install", "postinstall"].map((name) => [name, `touch ${ran}`]));
  writeFileSync(
    join(source, "package.json"),
    JSON.stringify({ ...manifest, scripts, bugs: `https://example.com/${String(manifest.name)}` }),
  );
  for (const [name, from] of Object.entries(files)) copyFileSync(from, join(source, name));
  await promisify(execFile)("npm", ["publish", "--userconfig", join(folder, "npmrc"), "--ignore-scripts"], { cwd: source });
}

/** Publishes a parent and its platform packages for arm64 and 32-bit ARM, from the given files. */
async function publishTiny(name: string, version: string, arm64: string, arm: string | undefined): Promise<void> {
  const platforms = { [`${name}-linux-arm64-gnu`]: ["arm64", arm64], [`${name}-linux-arm-gnueabihf`]: ["arm", arm] } as const;
  for (const [own, [cpu, file]] of Object.entries(platforms))
    if (file !== undefined) await publish({ name: own, version, os: ["linux"], cpu: [cpu], main: "a.node" }, { "a.node": file });
  await publish({ name, version, optionalDependencies: Object.fromEntries(Object.keys(platforms).map((own) => [own, version])) });
}

const forArm64 = () => compileShared(addonSource(""), "aarch64-linux-gnu.2.17");
const forArm = () => compileShared(addonSource(""), "arm-linux-gnueabihf.2.17", ["-mcpu=arm1176jzf_s"]);

/** A project with the settings of the registry. */
function project(files: Record<string, unknown>): string {
  const path = temporaryFolder();
  for (const [name, content] of Object.entries({ ".npmrc": npmrc, ...files }))
    writeFileSync(join(path, name), typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

/** The folders of Boardkit; npm leaves a cache of its code. */
function foldersIn(temporary: string): string[] {
  return readdirSync(temporary).filter((name) => name.startsWith("boardkit-"));
}

async function verdicts(
  args: string[],
  env: Record<string, string> = {},
): Promise<{ rows: unknown[]; code: number | null; stderr: string }> {
  const { stdout, stderr, code } = await boardkit(["audit", ...args, ...BOARDS, "--json"], env);
  const { apps = [] } = auditReport.parse(JSON.parse(stdout));
  const rows = apps.flatMap(({ packages }) =>
    packages.map(({ name, version, places }) => [`${name}@${version}`, ...places.map((one) => one.verdict)]),
  );
  return { rows, code, stderr };
}

test("a name is judged on each board by the file that npm would install there; no script runs, and nothing is left", async () => {
  await publishTiny("tiny", "1.0.0", forArm64(), forArm());
  const cwd = project({});
  const temporary = temporaryFolder();
  const { rows, code } = await verdicts(["tiny", "--cwd", cwd], { TMPDIR: temporary });
  expect(rows).toEqual([["tiny@1.0.0", "runs", "runs"]]);
  expect(code).toBe(0);
  expect(existsSync(ran)).toBe(false);
  expect(foldersIn(temporary)).toEqual([]);
  expect(readdirSync(cwd)).toEqual([".npmrc"]);
});

test("what the registry does not have fails, and another version that has it is found", async () => {
  await publishTiny("part", "1.0.0", forArm64(), forArm());
  await publishTiny("part", "1.1.0", forArm(), undefined);
  const cwd = project({});
  const { stdout, stderr, code } = await boardkit(["audit", "part@1.1", "--cwd", cwd, ...BOARDS, "--find-version"]);
  expect(stdout).toMatch(/part 1\.1\.0 +✗ +✗/);
  expect(stdout).toMatch(/has no file for glibc on 32-bit ARM: part-linux-arm-gnueabihf is not published/);
  expect(stdout).toMatch(/its file is for arm, and the system is aarch64\n/);
  expect(stdout).toMatch(/version: 1\.0\.0 runs on all of them\n +its issues: https:\/\/example\.com\/part/);
  expect(stderr).toMatch(/AUDIT_FAILED: 1 of 1 packages/);
  expect(code).toBe(1);
  const forAuthors = await boardkit(["audit", "part@1.1", "--cwd", cwd, "--board", "pi-4", "--author"]);
  expect(forAuthors.stdout).toMatch(/file\/architecture: it is arm, 32 bits; pi-4 is aarch64/);
});

test("lockfiles of npm, pnpm and Yarn: the same verdicts, and a lockfile that lacks a system is named", async () => {
  await publishTiny("locked", "1.0.0", forArm64(), forArm());
  const manifest = {
    name: "app",
    version: "1.0.0",
    private: true,
    dependencies: { locked: "1.0.0" },
    scripts: { install: `touch ${ran}` },
  };
  const platforms = ["locked-linux-arm64-gnu", "locked-linux-arm-gnueabihf"];
  const resolved = (name: string) => `${registry.url}${name}/-/${name}-1.0.0.tgz`;
  const cpu = (name: string) => (name.includes("arm64") ? "arm64" : "arm");
  const optionalDependencies = Object.fromEntries(platforms.map((name) => [name, "1.0.0"]));
  const packages = {
    "": { name: "app", version: "1.0.0", dependencies: manifest.dependencies },
    "node_modules/locked": { version: "1.0.0", resolved: resolved("locked"), hasInstallScript: true, optionalDependencies },
    ...Object.fromEntries(
      platforms.map((name) => [
        `node_modules/${name}`,
        { version: "1.0.0", resolved: resolved(name), os: ["linux"], cpu: [cpu(name)], optional: true },
      ]),
    ),
  };
  const npm = { name: "app", version: "1.0.0", lockfileVersion: 3, requires: true, packages };
  const good = [["locked@1.0.0", "runs", "runs"]];
  const lockOf = (files: Record<string, unknown>, name: string) => join(project({ "package.json": manifest, ...files }), name);
  expect(await verdicts([lockOf({ "package-lock.json": npm }, "package-lock.json")])).toMatchObject({ rows: good, code: 0 });

  const { "node_modules/locked-linux-arm-gnueabihf": _arm, ...rest } = packages as Record<string, unknown>;
  const incomplete = lockOf({ "package-lock.json": { ...npm, packages: rest } }, "package-lock.json");
  const { stdout, code } = await boardkit(["audit", incomplete, ...BOARDS]);
  expect(stdout).toMatch(
    /pi-2: is installed without its file for this system: the lockfile has no entry for locked-linux-arm-gnueabihf[^]*npm\/cli#4828/,
  );
  expect(code).toBe(1);

  const classic = ["# yarn lockfile v1", "", ...["locked", ...platforms].map((name) => classicEntry(name, resolved(name), platforms))].join(
    "\n",
  );
  expect(await verdicts([lockOf({ "yarn.lock": classic }, "yarn.lock")])).toMatchObject({ rows: good, code: 0 });

  const berry = [
    "__metadata:",
    "  version: 8",
    ...["locked", ...platforms].map((name) => berryEntry(name, cpu(name), platforms)),
    berryRoot,
  ].join("\n");
  const yarnrc = `npmRegistryServer: "${registry.url.replace(/\/$/, "")}"\nunsafeHttpWhitelist: [127.0.0.1]\n`;
  expect(await verdicts([lockOf({ "yarn.lock": berry, ".yarnrc.yml": yarnrc }, "yarn.lock")])).toMatchObject({ rows: good, code: 0 });
  expect(existsSync(ran)).toBe(false);
});

function classicEntry(name: string, resolved: string, platforms: string[]): string {
  const own = name === "locked" ? ["  optionalDependencies:", ...platforms.map((one) => `    ${one} "1.0.0"`)] : [];
  return [`${name}@1.0.0:`, '  version "1.0.0"', `  resolved "${resolved}"`, ...own, ""].join("\n");
}

function berryEntry(name: string, cpu: string, platforms: string[]): string {
  const optional = platforms.flatMap((one) => [`    ${one}:`, "      optional: true"]);
  const own =
    name === "locked"
      ? ["  dependencies:", ...platforms.map((one) => `    ${one}: "npm:1.0.0"`), "  dependenciesMeta:", ...optional]
      : [`  conditions: os=linux & cpu=${cpu}`];
  return [
    `"${name}@npm:1.0.0":`,
    "  version: 1.0.0",
    `  resolution: "${name}@npm:1.0.0"`,
    ...own,
    "  languageName: node",
    "  linkType: hard",
    "",
  ].join("\n");
}

const berryRoot = [
  '"app@workspace:.":',
  "  version: 0.0.0-use.local",
  '  resolution: "app@workspace:."',
  "  dependencies:",
  '    locked: "npm:1.0.0"',
  "  languageName: unknown",
  "  linkType: soft",
  "",
].join("\n");

test("a lockfile of pnpm", async () => {
  await publishTiny("stored", "1.0.0", forArm64(), forArm());
  const integrity = async (name: string) =>
    (await promisify(execFile)("npm", ["view", name, "dist.integrity", "--userconfig", join(folder, "npmrc")])).stdout.trim();
  const platforms = ["stored-linux-arm64-gnu", "stored-linux-arm-gnueabihf"];
  const lines = [
    "lockfileVersion: '9.0'",
    "settings: { autoInstallPeers: true, excludeLinksFromLockfile: false }",
    "importers: { .: { dependencies: { stored: { specifier: 1.0.0, version: 1.0.0 } } } }",
    "packages:",
    `  stored@1.0.0: { resolution: { integrity: ${await integrity("stored")} }, hasBin: false }`,
  ];
  for (const name of platforms)
    lines.push(
      `  ${name}@1.0.0: { resolution: { integrity: ${await integrity(name)} }, cpu: [${name.includes("64") ? "arm64" : "arm"}], os: [linux] }`,
    );
  lines.push("snapshots:", `  stored@1.0.0: { optionalDependencies: { ${platforms.map((name) => `${name}: 1.0.0`).join(", ")} } }`);
  for (const name of platforms) lines.push(`  ${name}@1.0.0: { optional: true }`);
  const manifest = { name: "app", version: "1.0.0", private: true, dependencies: { stored: "1.0.0" } };
  const cwd = project({
    "package.json": manifest,
    "pnpm-lock.yaml": `${lines.join("\n")}\n`,
    ".pnpmfile.cjs": `require("fs").writeFileSync(${JSON.stringify(ran)}, "")`,
  });
  expect(await verdicts([join(cwd, "pnpm-lock.yaml")])).toMatchObject({ rows: [["stored@1.0.0", "runs", "runs"]], code: 0 });
  expect(existsSync(ran)).toBe(false);
});

test.each([
  ["an unknown name", ["no-such-package"], "PACKAGE_UNKNOWN", 2],
  ["an unknown version", ["known@9"], "VERSION_UNKNOWN", 2],
])("%s", async (_name, args, id, exit) => {
  if (args[0]?.startsWith("known")) await publish({ name: "known", version: "1.0.0" });
  const { stderr, code } = await boardkit(["audit", ...args, "--cwd", project({}), ...BOARDS]);
  expect(stderr).toMatch(new RegExp(`✗ ${id}: npm cannot fetch`));
  expect(stderr).not.toMatch(/sesame/);
  expect(code).toBe(exit);
});

test("a registry that does not answer", async () => {
  const cwd = project({ ".npmrc": "registry=http://me:sesame@127.0.0.1:9/\nfetch-retries=0\n" });
  const { stderr, code } = await boardkit(["audit", "tiny", "--cwd", cwd, ...BOARDS]);
  expect(stderr).toMatch(/✗ REGISTRY_FAILED: .*ECONNREFUSED[^]*fix: check the network/);
  expect(stderr).not.toMatch(/sesame/);
  expect(code).toBe(1);
});

test("an interrupt removes the temporary folder", async () => {
  const temporary = temporaryFolder();
  const cwd = project({ ".npmrc": "registry=http://127.0.0.1:9/\n" });
  const { child, ended } = start(["audit", "tiny", "--cwd", cwd, ...BOARDS], { TMPDIR: temporary });
  while (foldersIn(temporary).length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
  child.kill("SIGINT");
  expect((await ended).code).toBe(130);
  expect(foldersIn(temporary)).toEqual([]);
});

test("a folder beside the name wins", async () => {
  const cwd = project({});
  mkdirSync(join(cwd, "tiny"));
  copyFileSync(forArm64(), join(cwd, "tiny/a.node"));
  const { stdout } = await boardkit(["audit", "tiny", "--cwd", cwd, "--board", "pi-4"]);
  expect(stdout).toMatch(/✓ .*tiny\/a\.node on pi-4/);
});
