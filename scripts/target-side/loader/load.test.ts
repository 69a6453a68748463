import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { load, type Table } from "./loader.cjs";
import { errorOf, fileOf, requireOf, testTable } from "../../checks/fixtures/loader-table.ts";

const addon = { Engine: Object, Cache: Object };
const version = "1.2.3";
const ROOT = "/app/node_modules/@boardkit/grid";
const GNU = "@boardkit/grid-linux-x64-gnu";

type Installed = {
  /** The result of `require` by id, or the error that it throws. */
  modules?: Record<string, object>;
  /** Texts of files. */
  files?: Record<string, string>;
  process?: object;
  table?: Table;
  folder?: string;
  override?: string;
  /** Bytes of the platform's file. */
  size?: number;
};

/** Loads on an x64 machine with glibc on which only this is installed. */
function loadWith({ modules = {}, files = {}, process = {}, table = testTable(), folder = `${ROOT}/lib`, override = "", size }: Installed) {
  const maps = "1-2 r-xp 0 0 0 /lib/x86_64-linux-gnu/libc-2.31.so";
  const all: Record<string, string> = { "/app/package.json": "{}", "/proc/self/maps": maps, ...files };
  const tried: string[] = [];
  const require = requireOf(modules, tried);
  const exists = (path: string) => path in all || path in modules;
  const read = (file: string) => (file in all ? Buffer.from(all[file] ?? "") : fileOf(file, modules));
  const system = { process: { platform: "linux", arch: "x64", versions: { node: "22.11.0", napi: "9" }, ...process }, read };
  return { tried, load: (names?: string[]) => load(names, { table, system, folder, require, exists, size: () => size, override }) };
}

/** The modules of a platform's package. */
function packageOf(name: string, content: object = addon, packed = version): Record<string, object> {
  const file = `grid.${name.replace("@boardkit/grid-", "")}.node`;
  return { [`${name}/package.json`]: { version: packed }, [`${name}/${file}`]: content };
}

const failure = (installed: Installed, names?: string[]) => errorOf(() => loadWith(installed).load(names));

describe("a successful load", () => {
  test("the package of the platform", () => {
    expect(loadWith({ modules: packageOf(GNU) }).load(["Engine"])).toBe(addon);
  });

  test("a file in the package's folder comes before the package of the platform", () => {
    const own = { Engine: Object };
    const modules = { ...packageOf(GNU), [`${ROOT}/grid.linux-x64-gnu.node`]: own };
    const { load: loadIt, tried } = loadWith({ modules });
    expect(loadIt()).toBe(own);
    expect(tried).toEqual([`${ROOT}/grid.linux-x64-gnu.node`]);
  });

  test("if the user names a file, nothing else is tried; a relative path is relative to the working directory", () => {
    const path = join(process.cwd(), "x.node");
    expect(loadWith({ modules: { ...packageOf(GNU), [path]: addon }, override: "x.node" }).load()).toBe(addon);
    const error = failure({ modules: packageOf(GNU), override: "/nowhere/x.node" });
    expect(error).toMatchObject({ code: "ERR_ADDON_PATH", fix: "unset GRID_NATIVE_PATH", tried: ["/nowhere/x.node: no such file"] });
  });

  test("on a system without a build, a file that was built locally", () => {
    const file = `${ROOT}/grid.win32-x64-msvc.node`;
    expect(loadWith({ modules: { [file]: addon }, process: { platform: "win32" } }).load()).toBe(addon);
  });

  test("if the C library is unknown, the build that loads", () => {
    const musl = "@boardkit/grid-linux-arm64-musl";
    const modules = {
      ...packageOf("@boardkit/grid-linux-arm64-gnu", new Error("libc.so.6: cannot open shared object file")),
      ...packageOf(musl),
    };
    const { tried, load: loadIt } = loadWith({ modules, process: { arch: "arm64" }, files: { "/proc/self/maps": "" } });
    expect(loadIt()).toBe(addon);
    expect(tried.at(-1)).toBe(`${musl}/grid.linux-arm64-musl.node`);
  });
});

describe("an installed addon that fails", () => {
  const dlopen = (message: string, code = "ERR_DLOPEN_FAILED") => packageOf(GNU, Object.assign(new Error(message), { code }));
  test.each([
    ["/x.node: version `GLIBC_2.38' not found (required by /x.node)", "ERR_ADDON_GLIBC", "glibc 2.31", "glibc 2.38 or newer"],
    ["libc.musl-x86_64.so.1: cannot open shared object file: No such file or directory", "ERR_ADDON_LIBC", "glibc", "linked with"],
    ["/lib/x86_64-linux-gnu/libc.so: invalid ELF header", "ERR_ADDON_LIBC", "glibc", "linked with"],
    ["Error loading shared library ld-linux-x86-64.so.2: No such file or directory", "ERR_ADDON_LIBC", "glibc", "linked with"],
    ["Error relocating /x.node: __memcpy_chk: symbol not found", "ERR_ADDON_LIBC", "glibc", "linked with"],
    ["/x.node: ELF load command address/offset not page-aligned", "ERR_ADDON_PAGE_SIZE", "page-aligned", "linked for"],
    ["/x.node: file too short", "ERR_ADDON_LOAD", "file too short", "can load"],
  ])("%s", (message, code, found, required) => {
    const error = failure({ modules: dlopen(message) });
    expect(error.code).toBe(code);
    expect([error.found, error.required]).toEqual([expect.stringContaining(found), expect.stringContaining(required)]);
    expect(error.cause).toMatchObject({ message });
  });

  test.each([
    ["/x.node: failed to map segment from shared object: Operation not permitted", "ERR_DLOPEN_FAILED", "mount -o remount,exec"],
    ["Cannot load native addon because loading addons is disabled.", "ERR_DLOPEN_DISABLED", "--allow-addons"],
    ["/x.node: invalid ELF header", "ERR_DLOPEN_FAILED", "cd /app && rm -rf node_modules && npm install"],
  ])("%s: the fix", (message, code, fix) => {
    expect(failure({ modules: dlopen(message, code) }).fix).toContain(fix);
  });

  test("a package of another version is not loaded", () => {
    const { tried, load: loadIt } = loadWith({ modules: packageOf(GNU, addon, "1.0.0") });
    expect(errorOf(loadIt)).toMatchObject({ code: "ERR_ADDON_VERSION", found: "1.0.0", required: version });
    expect(tried).not.toContain(`${GNU}/grid.linux-x64-gnu.node`);
  });

  test("a truncated file is not loaded: it would end the process", () => {
    const table = testTable();
    const withBytes = { ...table, builds: table.builds.map((build) => ({ ...build, bytes: 5000 })) };
    const { tried, load: loadIt } = loadWith({ modules: packageOf(GNU), table: withBytes, size: 4096 });
    expect(errorOf(loadIt)).toMatchObject({ code: "ERR_ADDON_FILE", found: "4096 bytes", required: "5000 bytes" });
    expect(tried).not.toContain(`${GNU}/grid.linux-x64-gnu.node`);
    expect(loadWith({ modules: packageOf(GNU), table: withBytes, size: 5000 }).load()).toBe(addon);
  });

  test("another addon", () => {
    const error = failure({ modules: packageOf(GNU, { fibonacci: 1 }) }, ["Engine", "Cache"]);
    expect(error).toMatchObject({ code: "ERR_ADDON_EXPORTS", found: "fibonacci", required: "Engine, Cache" });
  });

  test("a missing module in a package is not reported as a missing package", () => {
    const error = failure({
      modules: packageOf(GNU, Object.assign(new Error("Cannot find module './lost'"), { code: "MODULE_NOT_FOUND" })),
    });
    expect(error).toMatchObject({ code: "ERR_ADDON_LOAD", found: "Cannot find module './lost'" });
  });
});

describe("a missing package: the reason, and the command that fixes it", () => {
  const lock = (text: string) => ({ "/app/package-lock.json": text });
  const other = packageOf("@boardkit/grid-linux-arm64-gnu");
  const pnpm = { "/app/node_modules/.modules.yaml": "" };
  const yarn = { "/app/.yarnrc.yml": "nodeLinker: node-modules" };
  const foreign = "supportedArchitectures:\n  cpu: [arm64]\n";
  const cases: [string, Installed, string, string][] = [
    ["npm --omit=optional", { files: lock(`"node_modules/${GNU}": {}`) }, "--omit=optional", "npm install --include=optional"],
    [
      "an npm lockfile without it",
      { files: lock("{}") },
      "package-lock.json does not list it",
      "rm -rf node_modules package-lock.json && npm install",
    ],
    ["node_modules of another machine", { modules: other }, "another machine", "rm -rf node_modules && npm install"],
    ["the same, of pnpm", { modules: other, files: pnpm }, "another machine", "rm -rf node_modules && pnpm install"],
    [
      "pnpm's supportedArchitectures",
      { modules: other, files: { ...pnpm, "/app/pnpm-workspace.yaml": foreign } },
      "supportedArchitectures in pnpm-workspace.yaml",
      "pnpm install --os=linux --cpu=x64 --libc=glibc",
    ],
    ["pnpm --no-optional", { files: pnpm }, "--no-optional", "rm -rf node_modules && pnpm install"],
    [
      "yarn's supportedArchitectures",
      { files: { "/app/.yarnrc.yml": foreign } },
      "supportedArchitectures in .yarnrc.yml",
      `yarn config set supportedArchitectures --json '{"os":["current"],"cpu":["current"],"libc":["current"]}' && yarn install`,
    ],
    [
      "Yarn's package.json for a package that it leaves out",
      { modules: { [`${GNU}/package.json`]: { mocked: true } }, files: yarn },
      "left out",
      "rm -rf node_modules && yarn install",
    ],
    ["yarn 1", { files: { "/app/yarn.lock": "" } }, "left out", "rm -rf node_modules && yarn install"],
    ["bun", { files: { "/app/bun.lock": "" } }, "left out", "rm -rf node_modules && bun install"],
  ];
  test.each(cases)("%s", (_name, installed, why, fix) => {
    const error = failure(installed);
    expect(error).toMatchObject({ code: "ERR_ADDON_NOT_INSTALLED", fix: `cd /app && ${fix}`, tried: [`${GNU}: not installed`] });
    expect(error.message).toContain(why);
  });

  test("with Plug'n'Play the project is the working directory: packages are outside of it", () => {
    const folder = "/home/me/.yarn/cache/@boardkit-grid.zip/node_modules/@boardkit/grid/lib";
    const process = { versions: { node: "22.11.0", napi: "9", pnp: "3" }, cwd: () => "/app" };
    expect(failure({ folder, process, files: yarn }).fix).toBe("cd /app && rm -rf node_modules && yarn install");
  });

  test("a Node that is outside of the package's engines", () => {
    const error = failure({
      process: { arch: "arm", versions: { node: "24.1.0", napi: "10" }, config: { variables: { arm_version: "7" } } },
    });
    expect(error.message).toContain("Node 24.1.0 is not published for it, so npm left it out");
    expect(error.fix).toBe(`cd /app && npm install @boardkit/grid-linux-arm-gnueabihf@${version}`);
  });

  test("a checkout", () => {
    expect(failure({ folder: "/src/grid/lib" }).fix).toBe("npx napi build --platform --release");
  });
});
