import { expect, test } from "vitest";
import { quietContext } from "../../checks/fixtures/packable-project.ts";
import { spaceFor } from "../../model/deploy/changes.ts";
import type { FileEntry } from "../../model/deploy/manifest.ts";
import { readInventory } from "./board/answers.ts";
import type { Board } from "./board/tool.ts";
import { describePlan, planFor, requireSpace } from "./plan.ts";
import type { Release } from "./release/release.ts";
import type { SentRuntime } from "./runtime/make.ts";

const MB = 1_000_000;
const file = (path: string, size: number): FileEntry => ({ path, sha256: "a".repeat(64), mode: 0o755, size });
const release: Release = { id: "1".repeat(16), folder: "", manifest: "", entries: [file("server.js", 100)], bytes: 100, warnings: [] };
const sent: SentRuntime = {
  kind: "node",
  name: "Node 1.2.3",
  id: "2".repeat(16),
  folder: "",
  manifest: "",
  entries: [file("bin/node", 100 * MB), { path: "lib/libown.so", link: "libown.so.1" }],
  bytes: 100 * MB,
  packed: { file: "", bytes: 40 * MB },
  program: "bin/node",
};
const board = { name: "kitchen", folder: "/opt/boardkit/kitchen" } as Board;

const plan = (runtimes: string, free: number) => {
  const records = new Map(Object.entries({ lock: "ok", runtimes, space: `${free} -` }).map(([name, text]) => [name, Buffer.from(text)]));
  return planFor(board, "kitchen", { release, sent }, readInventory(records), quietContext());
};

test("a runtime that the board lacks needs its space too, and the error says so", async () => {
  const lacking = await plan("", 50 * MB);
  expect(lacking).toMatchObject({ hasRuntime: false });
  expect(lacking.needed).toBe(spaceFor({ files: [file("server.js", 100)] }, 0) + spaceFor({ files: [file("bin/node", 100 * MB)] }, 0));
  expect(() => requireSpace(lacking, board)).toThrow(
    expect.objectContaining({ code: "NO_SPACE", details: expect.objectContaining({ fix: expect.stringContaining('"runtime": "board"') }) }),
  );
  expect(describePlan(lacking, "kitchen", "runit", board.folder, sent).runtime).toEqual({
    id: sent.id,
    name: "Node 1.2.3",
    bytes: 100 * MB,
    packedBytes: 40 * MB,
    isThere: false,
  });
});

test("one that it has needs none", async () => {
  const there = await plan(sent.id, MB);
  expect(there.needed).toBe(spaceFor({ files: [file("server.js", 100)] }, 0));
  expect(() => requireSpace(there, board)).not.toThrow();
  expect(() => requireSpace({ ...there, needed: 2 * MB }, board)).toThrow(
    expect.objectContaining({ details: expect.objectContaining({ fix: expect.not.stringContaining("runtime") }) }),
  );
  expect(describePlan(there, "kitchen", "runit", board.folder, undefined)).not.toHaveProperty("runtime");
});
