import { execFileSync } from "node:child_process";
import { describe, expect, test, vi } from "vitest";
import { AddonError } from "../ts/index.ts";
import { loadAddon } from "../ts/loader.ts";

const host = () => ({ platform: "linux", arch: "arm", armVersion: 7, libc: "glibc" }) as const;
const grid = { Engine: Object, Cache: Object };

/** A require that knows some modules, and fails as Node's does. */
function fakeRequire(known: Record<string, () => unknown>) {
  return vi.fn((id: string) => {
    for (const [end, load] of Object.entries(known)) if (id.endsWith(end)) return load();
    throw Object.assign(new Error(`Cannot find module '${id}'\nRequire stack:\n- x`), {
      code: "MODULE_NOT_FOUND",
    });
  });
}

/** The error of a load that has to fail. */
function failure(require: (id: string) => unknown, path?: string): AddonError {
  try {
    loadAddon({ host, path, require });
  } catch (error) {
    return error as AddonError;
  }
  throw new Error("the load did not fail");
}

describe("the order", () => {
  test("the file beside the package comes before the package of the platform", () => {
    const require = fakeRequire({ "/grid.linux-arm-gnueabihf.node": () => grid });
    expect(loadAddon({ host, path: undefined, require })).toBe(grid);
    expect(require).toHaveBeenCalledTimes(1);
  });

  test("the package of the platform serves where there is no file", () => {
    const require = fakeRequire({ "@boardkit/grid-linux-arm-gnueabihf": () => grid });
    expect(loadAddon({ host, path: undefined, require })).toBe(grid);
  });

  test("a path that the user gives stands alone", () => {
    const require = fakeRequire({ "grid-linux-arm-gnueabihf": () => grid });
    const error = failure(require, "/nowhere/x.node");
    expect(require.mock.calls).toEqual([["/nowhere/x.node"]]);
    expect(error.message).toContain("unset it");
  });

  test("a relative path is one from the working directory", () => {
    const require = fakeRequire({ [`${process.cwd()}/x.node`]: () => grid });
    expect(loadAddon({ host, path: "x.node", require })).toBe(grid);
  });
});

describe("the failure", () => {
  test("tells what was expected, each try with its reason, and the mend", () => {
    const error = failure(
      fakeRequire({
        "/grid.linux-armv6-gnueabihf.node": () => {
          throw new Error("version `GLIBC_2.38' not found");
        },
        "@boardkit/grid-linux-armv6-gnueabihf": () => ({ fibonacci: 1 }),
      }),
    );
    expect(error).toBeInstanceOf(AddonError);
    expect(error.code).toBe("GRID_ADDON");
    const lines = error.message.split("\n");
    expect(lines[0]).toBe(
      `Grid's native addon could not be loaded on linux arm v7 glibc, Node ${process.versions.node}; expected is a build for linux-arm-gnueabihf or linux-armv6-gnueabihf.`,
    );
    const tries = lines.slice(lines.indexOf("Tried:") + 1, lines.indexOf("To mend it:"));
    expect(tries.map((line) => line.replace(/- \/.*\//, "- "))).toEqual([
      "  - grid.linux-arm-gnueabihf.node: not found",
      "  - grid.linux-armv6-gnueabihf.node: version `GLIBC_2.38' not found",
      "  - @boardkit/grid-linux-arm-gnueabihf: not found",
      "  - @boardkit/grid-linux-armv6-gnueabihf: this addon is not Grid: it has no Engine and Cache",
    ]);
    expect(error.message).toContain("npm install @boardkit/grid-linux-arm-gnueabihf");
    expect((error.cause as AggregateError).errors).toHaveLength(4);
  });

  test("a module that is missing inside a package is not called a missing package", () => {
    const error = failure(
      fakeRequire({
        "@boardkit/grid-linux-arm-gnueabihf": () => {
          throw Object.assign(new Error("Cannot find module './lost'"), {
            code: "MODULE_NOT_FOUND",
          });
        },
      }),
    );
    expect(error.message).toContain("grid-linux-arm-gnueabihf: Cannot find module './lost'");
  });
});

test("without an addon the package imports, an engine throws the AddonError, and caches fall back with one warning", () => {
  const script = `
    const { Engine, Cache, AddonError } = await import("./lib/index.js");
    process.on("warning", ({ code, detail }) => console.log(code, detail.includes("/nowhere/x.node: not found")));
    try { new Engine(); console.log("made"); }
    catch (error) { console.log(error instanceof AddonError, error.code, error.message.includes("/nowhere/x.node: not found")); }
    for (const cache of [new Cache(), Cache.open("x")]) console.log(cache.kind);`;
  const output = execFileSync(process.execPath, ["--no-warnings", "--input-type=module", "-e", script], {
    cwd: new URL("..", import.meta.url),
    env: { ...process.env, GRID_NATIVE_PATH: "/nowhere/x.node" },
    encoding: "utf8",
  });
  expect(output).toBe("true GRID_ADDON true\nfallback\nfallback\nGRID_CACHE_FALLBACK true\n");
});
