import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { afterEach, expect, test, vi } from "vitest";
import { AddonError, GridError } from "../../ts/index.ts";

const lib = new URL("../../lib/", import.meta.url);

afterEach(() => vi.unstubAllEnvs());

/** A new instance of the loader module: the other one has loaded the addon of these tests. */
async function failure(path: string): Promise<AddonError> {
  vi.stubEnv("GRID_NATIVE_PATH", path);
  vi.resetModules();
  const { addon } = await import("../../ts/loader.ts");
  try {
    addon();
  } catch (error) {
    return error as AddonError;
  }
  throw new Error("the load did not fail");
}

test("an error of the loader is an error of Grid with its code, and with its fields in the cause", async () => {
  const error = await failure("/nowhere/x.node");
  expect([error.name, error.code]).toEqual(["AddonError", "ERR_ADDON_PATH"]);
  expect(error.message).toContain("/nowhere/x.node: no such file");
  expect(error.cause).toMatchObject({ name: "AddonLoadError", code: "ERR_ADDON_PATH", fix: "unset GRID_NATIVE_PATH" });
});

test("an addon that is not Grid is refused", async () => {
  const other = createRequire(createRequire(import.meta.url).resolve("rolldown")).resolve(`@rolldown/binding-${platformOf()}`);
  expect(await failure(other)).toMatchObject({ code: "ERR_ADDON_PATH", cause: { required: "Engine, Cache" } });
});

test("AddonError is a GridError", () => {
  expect(new AddonError("ERR_ADDON_CPU", "text")).toBeInstanceOf(GridError);
});

test("without an addon the package can be imported, an engine throws the AddonError, and caches fall back with one warning", () => {
  const script = `
    const { Engine, Cache, AddonError } = await import("./index.js");
    process.on("warning", ({ code, detail }) => console.log(code, detail.includes("/nowhere/x.node: no such file")));
    try { new Engine(); console.log("made"); }
    catch (error) { console.log(error instanceof AddonError, error.code, error.message.includes("/nowhere/x.node: no such file")); }
    for (const cache of [new Cache(), Cache.open("x")]) console.log(cache.kind);`;
  const output = execFileSync(process.execPath, ["--no-warnings", "--input-type=module", "-e", script], {
    cwd: lib,
    env: { ...process.env, GRID_NATIVE_PATH: "/nowhere/x.node" },
    encoding: "utf8",
  });
  expect(output).toBe("true ERR_ADDON_PATH true\nfallback\nfallback\nGRID_CACHE_FALLBACK true\n");
});

test("require and import give the same package, with the same names", () => {
  const script = `
    const required = require("./index.js");
    import("./index.js").then(({ default: all, "module.exports": _, ...imported }) => {
      console.log(all === required, Object.keys(imported).sort().join() === Object.keys(required).sort().join(), imported.Engine === required.Engine);
    });`;
  expect(execFileSync(process.execPath, ["-e", script], { cwd: lib, encoding: "utf8" })).toBe("true true true\n");
});

/** This machine as napi-rs names it. */
function platformOf(): string {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return `${process.platform}-${process.arch}-${header.glibcVersionRuntime ? "gnu" : "musl"}`;
}
