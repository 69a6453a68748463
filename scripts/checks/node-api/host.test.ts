// Tests the host, compiled by zig for this machine, with small scripts and addons; the same addons run in Node.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageRoot } from "../../lib/paths.ts";
import { HOST_LACKS, HOST_NAME } from "../../target-side/host/sources.ts";
import { kit, missing } from "./host-fixture.ts";
import { compileAddon, compileHost } from "./native-host.ts";

const targetSide = join(packageRoot, "scripts/target-side");
const execute = promisify(execFile);
const hostTest = test.skipIf(missing.length > 0);

let folder = "";
let host = "";
const addons = new Map<string, string>();

beforeAll(async () => {
  if (missing.length > 0) return;
  folder = await mkdtemp(join(tmpdir(), "boardkit-host-"));
  host = await compileHost(kit, "optimized", folder);
  const sources = {
    exercise: join(targetSide, "host/fixtures/exercise.c"),
    threads: join(targetSide, "host/fixtures/threads.c"),
    references: join(targetSide, "host/fixtures/references.c"),
    calls: join(targetSide, "host/fixtures/calls.c"),
  };
  for (const [name, source] of Object.entries(sources)) {
    addons.set(name, await compileAddon([source], [], join(folder, `${name}.node`), packageRoot, kit.signal));
  }
}, 600_000);

afterAll(async () => {
  if (folder) await rm(folder, { recursive: true, force: true });
});

type Outcome = { code: number | null; stdout: string; stderr: string };

async function runFile(program: string, ...args: string[]): Promise<Outcome> {
  return execute(program, args, { cwd: folder, maxBuffer: 2 ** 26 }).then(
    (result) => ({ ...result, code: 0 }),
    (error: Outcome) => error,
  );
}

// Writes files below the folder and runs the first one in the host.
async function script(files: Record<string, string>, ...args: string[]): Promise<Outcome> {
  const place = await mkdtemp(join(folder, "script-"));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(place, name)), { recursive: true });
    await writeFile(join(place, name), text);
  }
  return runFile(host, join(place, Object.keys(files)[0] ?? ""), ...args);
}

const addonPath = (name: string) => JSON.stringify(addons.get(name));

hostTest("an addon that checks the results of Node-API functions passes in Node and in the host", async () => {
  for (const program of [process.execPath, host]) {
    expect(await runFile(program, "-e", `console.log(Object.keys(require(${addonPath("exercise")})))`)).toEqual({
      code: 0,
      stdout: "[ 'Thing' ]\n",
      stderr: "",
    });
  }
});

hostTest("Node-API functions have the same results for values of every kind in Node and in the host", async () => {
  const run = (program: string) => runFile(program, join(targetSide, "host/fixtures/calls.cjs"), addons.get("calls") ?? "");
  const outcomes = await Promise.all([run(process.execPath), run(host)]);
  for (const outcome of outcomes) expect(outcome).toMatchObject({ code: 0, stderr: "" });
  const [inNode = [], inHost = []] = outcomes.map(({ stdout }) => stdout.split("\n"));
  expect(inNode.length).toBeGreaterThan(10_000);
  const differ = inNode.flatMap((line, index) => (line === inHost[index] ? [] : [`Node: ${line}\nhost: ${inHost[index]}`]));
  expect(differ.join("\n")).toBe("");
  expect(inHost.length).toBe(inNode.length);
});

hostTest("async work and thread-safe functions run on threads, in Node and in the host", async () => {
  const text = `
    const { work, count } = require(${addonPath("threads")});
    const results = [];
    const promise = work(21).then((value) => results.push(["work", value]));
    count(100, (value) => { if (value === 99) results.push(["count", value]); });
    process.on("exit", () => console.log(JSON.stringify(results.sort())));
  `;
  for (const program of [process.execPath, host]) {
    const outcome = await runFile(program, "-e", text);
    expect(outcome, program).toEqual({ code: 0, stdout: '[["count",99],["work",42]]\n', stderr: "" });
  }
});

hostTest("a reference, a wrap and a tag work for frozen objects, proxies and symbols, and their finalizers run", async () => {
  const text = `
    const { wrap, unwrap, weak, get, finalized } = require(${addonPath("references")});
    const kinds = { plain: {}, frozen: Object.freeze({}), proxy: new Proxy({}, {}), array: [], function: () => {}, weakRef: new WeakRef({}) };
    for (const [name, object] of Object.entries(kinds)) {
      wrap(object, 7);
      const reference = weak(object);
      console.log(name, unwrap(object), get(reference) === object);
    }
    const symbol = weak(Symbol("local")), lost = weak({});
    const circle = {}; circle.self = circle; wrap(circle, 8);
    setImmediate(() => {
      for (const name of Object.keys(kinds)) delete kinds[name];
      gc(); gc();
      setImmediate(() => console.log(get(symbol), get(lost), finalized() >= 5));
    });
  `;
  const path = join(folder, "references.js");
  await writeFile(path, text);
  const lines = ["plain", "frozen", "proxy", "array", "function", "weakRef"].map((name) => `${name} 7 true\n`).join("");
  expect(await runFile(host, "--expose-gc", path)).toEqual({ code: 0, stdout: `${lines}undefined undefined true\n`, stderr: "" });
});

hostTest("a CommonJS script has modules, JSON, process, timers and files", async () => {
  const outcome = await script(
    {
      "main.js": `
        const fs = require("node:fs");
        const path = require("path");
        const { twice } = require("./lib");
        const file = path.join(__dirname, "out.txt");
        fs.writeFileSync(file, "grüße");
        console.log(twice(require("./data.json").value), fs.readFileSync(file, "utf8"), process.argv[2], typeof process.memoryUsage().rss);
        setTimeout(() => console.log("timeout"), 5);
        setImmediate(() => console.log("immediate"));
        Promise.resolve().then(() => console.log("microtask"));
        process.nextTick(() => console.log("tick"));
        process.exitCode = 3;
        process.on("exit", (code) => console.log("exit", code));
      `,
      "lib/index.js": "exports.twice = (value) => 2 * value;",
      "data.json": '{ "value": 21 }',
    },
    "word",
  );
  expect(outcome).toMatchObject({ code: 3, stdout: "42 grüße word number\ntick\nmicrotask\nimmediate\ntimeout\nexit 3\n", stderr: "" });
});

hostTest("an ES module has imports, import.meta, top-level await and packages", async () => {
  const outcome = await script({
    "main.mjs": `
      import assert, { strictEqual } from "node:assert";
      import { readFileSync } from "node:fs";
      import pack, { name } from "pack";
      import data from "./data.json" with { type: "json" };
      const { twice } = await import("./lib.js");
      strictEqual(twice(data.value), 42);
      assert.deepStrictEqual({ a: [1, new Map([[1, 2]])] }, { a: [1, new Map([[1, 2]])] });
      assert.throws(() => assert.deepStrictEqual([1], [2]), { code: "ERR_ASSERTION" });
      console.log(name, pack.name, readFileSync(new URL("data.json", import.meta.url), "utf8").trim(), import.meta.filename.endsWith("main.mjs"));
    `,
    "package.json": '{ "type": "module" }',
    "lib.js": "export const twice = (value) => 2 * value;",
    "data.json": '{ "value": 21 }\n',
    "node_modules/pack/package.json": '{ "name": "pack", "exports": { "import": "./index.mjs", "require": "./no.js" } }',
    "node_modules/pack/index.mjs": 'export const name = "pack"; export default { name };',
  });
  expect(outcome).toEqual({ code: 0, stdout: 'pack pack { "value": 21 } true\n', stderr: "" });
});

hostTest("a script without an ending is an ES module in a package of them, and runs programs", async () => {
  const outcome = await script({
    run: 'import { execSync } from "node:child_process"; console.log(execSync("echo $((6 * 7))", { encoding: "utf8" }).trim());',
    "package.json": '{ "type": "module" }',
  });
  expect(outcome).toEqual({ code: 0, stdout: "42\n", stderr: "" });
});

hostTest.each([
  ["an uncaught exception", "main.js", 'null.x; console.log("no")', /TypeError: .*null/],
  ["an exception in a timer", "main.js", 'setTimeout(() => { throw new RangeError("late") }, 1)', /RangeError: late\n    at .*main\.js/],
  ["an unhandled rejection", "main.js", 'Promise.reject(new Error("refused"))', /Error: refused/],
  ["an exception in a module", "main.mjs", 'throw new Error("module")', /Error: module/],
  ["a missing module of Node", "main.js", 'require("node:worker_threads")', /the host has no worker_threads/],
  ["a missing module of Node in an import", "main.mjs", 'import "node:http"', /the host has no http/],
  ["a missing function of a module", "main.js", 'require("fs").watch(".")', /the host has no fs\.watch/],
  [
    "a missing class of a module in an import",
    "main.mjs",
    'import { Blob } from "node:buffer"; new Blob([])',
    /the host has no buffer\.Blob/,
  ],
  ["a missing property of a module", "main.js", 'require("path").win32.sep', /the host has no path\.win32/],
  ["a missing file", "main.js", 'require("./none")', /Cannot find module '\.\/none'/],
  ["a syntax error", "main.js", "let 1", /SyntaxError/],
] as const)("%s ends the script with exit code 1 and its text", async (_name, file, text, expected) => {
  expect(await script({ [file]: text })).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(expected) });
});

hostTest("a handler of uncaught exceptions and rejections keeps the script alive", async () => {
  const outcome = await script({
    "main.js": `
      process.on("uncaughtException", (error) => console.log("caught", error.message));
      process.on("unhandledRejection", (reason) => console.log("rejected", reason));
      Promise.reject("reason");
      setTimeout(() => console.log("end"), 10);
      throw new Error("thrown");
    `,
  });
  expect(outcome).toEqual({ code: 0, stdout: "caught thrown\nrejected reason\nend\n", stderr: "" });
});

hostTest("errors about properties have V8's texts, in Node and in the host", async () => {
  const text = `
    "use strict";
    class Thing { get only() { return 1; } static still = 1; }
    Object.defineProperty(Thing, "still", { writable: false });
    const thing = Object.seal(new Thing()), frozen = Object.freeze({ x: 1 });
    const get = (value) => value.key, set = (value) => (value.key = 1);
    const tries = [
      () => (thing.only = 2), () => (thing.more = 2), () => (Thing.still = 2), () => (frozen.x = 2), () => delete frozen.x,
      () => (Object.freeze([1])[0] = 2), () => Object.defineProperty(frozen, "y", { value: 1 }), () => ("text".length = 2),
      () => (Object.freeze(Object.create(null, { z: { value: 1 } })).z = 2), () => (new Map().size = 2),
      () => get(undefined), () => get(null), () => set(undefined), () => set(null),
      () => (frozen[Symbol("sign")] = 2), () => (Object.freeze(new Proxy({ p: 1 }, {})).p = 2),
    ];
    for (const attempt of tries) try { attempt(); console.log("no error") } catch (error) { console.log(String(error)); }
  `;
  const [inNode, inHost] = [await runFile(process.execPath, "-e", text), await runFile(host, "-e", text)];
  expect(inNode.stdout).toMatch(/^TypeError: Cannot set property only of #<Thing> which has only a getter$/m);
  expect(inHost.stdout.split("\n")).toEqual(inNode.stdout.split("\n"));
});

hostTest("an addon with an unknown function of Node-API is an error that names the function", async () => {
  const source = join(folder, "unknown.c");
  await writeFile(
    source,
    "#include <node_api.h>\nint napi_from_the_future(void);\nNAPI_MODULE_INIT() { napi_from_the_future(); return exports; }\n",
  );
  const path = await compileAddon([source], [], join(folder, "unknown.node"), packageRoot, kit.signal);
  expect(await runFile(host, "-e", `require(${JSON.stringify(path)})`)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("napi_from_the_future"),
  });
});

hostTest("the error for what the host lacks is the one that the stage smoke reads", async () => {
  expect((await script({ "main.js": 'require("worker_threads")' })).stderr).toMatch(HOST_LACKS);
});

hostTest("--version, for control runs, needs no script", async () => {
  expect(await runFile(host, "--version")).toMatchObject({ code: 0, stdout: expect.stringContaining(HOST_NAME) });
});
