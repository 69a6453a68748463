import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { temporaryFolder } from "../checks/fixtures/temporary-folder.ts";
import { createPackable, quietContext } from "../checks/fixtures/packable-project.ts";
import { pipeline } from "./pipeline.ts";
import { runInOrder } from "./run.ts";
import { need, type Request, type Stage } from "./stage.ts";

const requestOf = (cwd: string): Request => ({ cwd, targets: [], profile: "standard", builder: "auto", searchPath: "", engines: {} });

test("the pipeline is the order of the way of a target", () => {
  expect(pipeline.map(({ name }) => name)).toEqual([
    "set-up",
    "plan",
    "build",
    "wheel",
    "audit",
    "smoke",
    "board",
    "package",
    "pypi",
    "release",
    "publish",
    "verify",
  ]);
});

test("a stage reads the fields of those before it, and its time is kept", async () => {
  const calls: string[] = [];
  const first: Stage = {
    name: "first",
    tools: () => (calls.push("tools of first"), {}),
    run: async ({ project }) => (calls.push(`first of ${project.name}`), { release: [{ file: "a", bytes: 1, sha256: "" }] }),
  };
  const second: Stage = {
    name: "second",
    tools: (state) => (calls.push(`tools of second: ${need(state, "release").length}`), {}),
    run: async (state) => (calls.push(`second: ${need(state, "release")[0]?.file}`), {}),
  };
  const state = await runInOrder([first, second], requestOf(createPackable()), quietContext());
  expect(calls).toEqual(["tools of first", "first of @me/thing", "tools of second: 1", "second: a"]);
  expect(Object.keys(state.seconds)).toEqual(["first", "second"]);
  expect(() => need(state, "plan")).toThrow("no stage before this one has set plan");
});

test("what a later stage needs is fetched while an earlier one runs, and its failure is that of the later one", async () => {
  const calls: string[] = [];
  const started = Promise.withResolvers<void>();
  const build: Stage = {
    name: "build",
    tools: () => ({}),
    // Without the early fetch this waits for ever.
    run: async () => (await started.promise, calls.push("built"), {}),
  };
  const smoke: Stage = {
    name: "smoke",
    early: () => ["qemu-user"],
    tools: () => (calls.push("tools of smoke"), { items: ["qemu-user"] }),
    run: () => Promise.reject(new TypeError("it runs")),
  };
  const context = quietContext();
  // The cache folder is a file, so that every fetch fails.
  const cache = fileURLToPath(import.meta.url);
  const reporter = { ...context.reporter, note: () => started.resolve() };
  const failed = runInOrder([build, smoke], requestOf(createPackable()), { ...context, cache, reporter });
  await expect(failed).rejects.toMatchObject({ code: "ENOTDIR" });
  expect(calls).toEqual(["built", "tools of smoke"]);
});

test("a stage that fails ends the early fetch", async () => {
  const ended: boolean[] = [];
  const build: Stage = { name: "build", tools: () => ({}), run: () => Promise.reject(new TypeError("it fails")) };
  const smoke: Stage = { name: "smoke", early: () => ["qemu-user"], tools: () => ({}), run: async () => ({}) };
  const context = quietContext();
  const begin: typeof context.reporter.begin = () => ({
    update: () => undefined,
    waited: () => 0,
    end: (succeeded) => ended.push(succeeded),
  });
  const failed = runInOrder([build, smoke], requestOf(createPackable()), {
    ...context,
    cache: temporaryFolder(),
    reporter: { ...context.reporter, begin },
  });
  await expect(failed).rejects.toThrow("it fails");
  expect(ended).toEqual([false]);
});

test("a stage whose tools are missing does not run", async () => {
  const stage: Stage = {
    name: "stage",
    tools: () => ({ programs: ["cargo", "tar"] }),
    run: () => Promise.reject(new TypeError("it runs")),
  };
  await expect(runInOrder([stage], requestOf(createPackable()), quietContext())).rejects.toMatchObject({
    code: "TOOL_MISSING",
    message: expect.stringMatching(/not on the PATH: cargo .*tar/),
  });
});
