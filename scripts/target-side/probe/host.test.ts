// Tests the probe host, compiled for the host by cc, with good addons and with addons that fail in one way each.
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

import { afterAll, beforeAll, expect, test } from "vitest";

import { probeSources } from "./sources.ts";

const run = promisify(execFile);
const { sources, includeDirs, flags, generate } = probeSources();
const include = includeDirs.map((path) => `-I${path}`);
let folder = "";

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "boardkit-probe-"));
  const stubs = await generate(folder);
  await run("cc", [...sources, stubs, ...include, ...flags, "-o", join(folder, "probe")]);
}, 60_000);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

// Compiles a C file to an addon.
async function compile(name: string, path: string): Promise<string> {
  const output = join(folder, `${name}.node`);
  await run("cc", ["-shared", "-fPIC", ...include, "-o", output, path]);
  return output;
}

// Compiles an addon whose registration runs the given C statements.
async function addon(name: string, body: string, before = ""): Promise<string> {
  const path = join(folder, `${name}.c`);
  await writeFile(path, `#define NAPI_VERSION 9\n#include <node_api.h>\n${before}\nNAPI_MODULE_INIT() { ${body} return exports; }\n`);
  return compile(name, path);
}

type Outcome = { code: number | null; signal: string | null; stdout: string; stderr: string };

// Probes a file.
async function probe(...args: string[]): Promise<Outcome> {
  return run(join(folder, "probe"), args).then(
    (result) => ({ ...result, code: 0, signal: null }),
    (error: Outcome) => error,
  );
}

// Probes a file and reads its report.
async function report(path: string): Promise<Outcome & { report: Record<string, unknown> }> {
  const outcome = await probe(path);
  return { ...outcome, report: JSON.parse(outcome.stdout) as Record<string, unknown> };
}

test("its functions behave like those of Node", async () => {
  const path = await compile("exercise", join(import.meta.dirname, "fixtures", "exercise.c"));
  await run(process.execPath, ["-e", "require(process.argv[1])", path]);
  const outcome = await report(path);
  expect(outcome.report).toMatchObject({
    ok: true,
    error: null,
    unimplemented: [],
    missing: [],
    entry: "napi_register_module_v1",
    napiVersion: 9,
    cleanupHooks: 2,
  });
  expect(outcome.report["exports"]).toEqual([
    { name: "Thing", type: "class", static: ["make"], methods: ["method"], accessors: ["value"] },
  ]);
  expect(outcome.code).toBe(0);
});

test("a module that a constructor registers runs", async () => {
  const path = join(folder, "constructor.c");
  await writeFile(
    path,
    `#include <node_api.h>
     static napi_value init(napi_env env, napi_value exports) {
       napi_value f;
       napi_create_double(env, 1, &f);
       napi_set_named_property(env, exports, "one", f);
       return exports;
     }
     static napi_module module = {1, 0, "", init, "old_style", 0, {0}};
     __attribute__((constructor)) static void start(void) { napi_module_register(&module); }`,
  );
  const outcome = await report(await compile("constructor", path));
  expect(outcome.report).toMatchObject({
    ok: true,
    entry: "napi_module_register",
    modules: ["old_style"],
    exports: [{ name: "one", type: "number" }],
  });
});

test("output of the addon does not reach the report", async () => {
  const outcome = await report(await addon("prints", 'puts("{");', "#include <stdio.h>"));
  expect(outcome.report).toMatchObject({ ok: true, exports: [] });
  expect(outcome.stderr).toContain("{");
});

test.each([
  [
    "an unimplemented call",
    "napi_value r; napi_run_script(env, exports, &r);",
    "",
    { unimplemented: ["napi_run_script"], error: "the probe host does not implement napi_run_script" },
  ],
  [
    "an experimental call",
    "node_api_post_finalizer();",
    "int node_api_post_finalizer(void);",
    { unimplemented: ["node_api_post_finalizer"] },
  ],
  [
    "an exception",
    'napi_throw_type_error(env, "E_X", "no \\"luck\\"");',
    "",
    { error: 'registration threw TypeError: no "luck" (code E_X)' },
  ],
  ["a thrown value", "napi_value v; napi_create_double(env, 0.1, &v); napi_throw(env, v);", "", { error: "registration threw 0.1" }],
  [
    "a fatal error",
    'napi_fatal_error("here", NAPI_AUTO_LENGTH, "boom", NAPI_AUTO_LENGTH);',
    "",
    { error: "napi_fatal_error at here: boom" },
  ],
  [
    "a hook added twice",
    "napi_add_env_cleanup_hook(env, h, 0); napi_add_env_cleanup_hook(env, h, 0);",
    "static void h(void *a) { (void)a; }",
    { error: expect.stringContaining("napi_add_env_cleanup_hook") },
  ],
  ["an undefined symbol", "uv_run();", "int uv_run(void);", { entry: null, error: expect.stringContaining("uv_run") }],
] as const)("%s fails the probe with its name", async (name, body, before, expected) => {
  const outcome = await report(await addon(name.replaceAll(" ", "-"), body, before));
  expect(outcome.report).toMatchObject({ ok: false, ...expected });
  expect(outcome.code).toBe(1);
});

test("calls queued at registration run, and their exceptions fail the probe", async () => {
  const before = `static void execute(napi_env env, void *data) { (void)env; ++*(int *)data; }
    static void complete(napi_env env, napi_status status, void *data) {
      napi_throw_error(env, NULL, status == napi_ok && *(int *)data == 1 ? "late" : "wrong");
    }
    static int count; static napi_async_work work;`;
  const body = "napi_create_async_work(env, NULL, exports, execute, complete, &count, &work); napi_queue_async_work(env, work);";
  expect((await report(await addon("queued", body, before))).report).toMatchObject({ ok: false, error: "a queued call threw Error: late" });
});

test("a library that is not an addon, a file that is not a library and a missing file have different errors", async () => {
  const path = join(folder, "plain.c");
  await writeFile(path, "int plain;\n");
  expect((await report(await compile("plain", path))).report["error"]).toContain("is not a Node-API addon");
  expect((await report(path)).report["ok"]).toBe(false);
  expect((await report(join(folder, "none.node"))).report["error"]).toContain("no such file");
  await mkdir(join(folder, "empty.node"));
  expect((await report(join(folder, "empty.node"))).code).toBe(1);
});

test("a signal kills the probe, and stderr shows the stage", async () => {
  const outcome = await probe(await addon("trap", "__builtin_trap();"));
  expect(outcome).toMatchObject({ signal: expect.stringMatching(/^SIG(ILL|TRAP)$/), stdout: "", stderr: "probe: load\nprobe: register\n" });
});

test("wrong arguments are a usage error", async () => {
  expect(await probe()).toMatchObject({ code: 2, stdout: "", stderr: "usage: probe <addon.node>\n" });
});

test("--version, for control runs, succeeds without an addon", async () => {
  expect(await probe("--version")).toMatchObject({ code: 0, stdout: "probe host\n" });
});

test("with BOARDKIT_MEMORY the kernel's numbers of its memory are saved, with and without an addon", async () => {
  const path = join(folder, "memory");
  const good = await addon("memory", "");
  for (const argument of ["--version", good]) {
    await run(join(folder, "probe"), [argument], { env: { ...process.env, BOARDKIT_MEMORY: path } });
    expect(await readFile(path, "utf8"), argument).toMatch(/^VmHWM:\s+\d+ kB$[^]*^RssAnon:\s+\d+ kB$/m);
    await rm(path);
  }
});
