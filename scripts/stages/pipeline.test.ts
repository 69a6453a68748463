import { expect, test } from "vitest";
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
