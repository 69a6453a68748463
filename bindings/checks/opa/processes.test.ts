// The child processes of the checks beside OPA: if a question ends one, the questions after it are still answered.
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { startOracle } from "./oracle.ts";
import { startWorkers } from "./workers.ts";

const WORKER = `process.on("message", (question) => {
  if (question === "crash") { console.error("died of it"); process.exit(3); }
  if (question !== "hang") process.send({ value: [question, process.argv[2]] });
});`;
const ORACLE = `#!${process.execPath}
import { createInterface } from "node:readline";
for await (const line of createInterface({ input: process.stdin })) {
  const { text } = JSON.parse(line);
  if (text === "crash") process.exit(2);
  if (text !== "hang") console.log(JSON.stringify({ text }));
}`;
const SILENCE_MS = 100_000;

let folder: string;
const { signal } = new AbortController();
const workers = () =>
  startWorkers<string, string[]>(pathToFileURL(join(folder, "worker.mjs")), { size: 2, silenceMs: SILENCE_MS, args: ["x"], signal });
const oracle = () => startOracle(join(folder, "oracle.mjs"), signal, SILENCE_MS);

/** Advances fake timers past the time limit of an answer. */
async function whileSilent<T>(ask: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const answer = ask();
    await vi.advanceTimersByTimeAsync(SILENCE_MS + 1);
    return await answer;
  } finally {
    vi.useRealTimers();
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "boardkit-processes-"));
  await writeFile(join(folder, "worker.mjs"), WORKER);
  await writeFile(join(folder, "oracle.mjs"), ORACLE);
  await chmod(join(folder, "oracle.mjs"), 0o755);
});
afterAll(() => rm(folder, { recursive: true }));

test("a crash of a worker is reported, and another worker continues", async () => {
  const pool = workers();
  try {
    expect(await Promise.all(["a", "crash", "b", "c"].map((question) => pool.ask(question)))).toEqual([
      { value: ["a", "x"] },
      { ended: expect.stringMatching(/^exit 3 died of it/) as string },
      { value: ["b", "x"] },
      { value: ["c", "x"] },
    ]);
  } finally {
    await pool.end();
  }
});

test("a worker that hangs is ended", async () => {
  const pool = workers();
  try {
    expect(await whileSilent(() => pool.ask("hang"))).toEqual({ ended: "no answer within 100 s" });
    expect(await pool.ask("a")).toEqual({ value: ["a", "x"] });
  } finally {
    await pool.end();
  }
});

test("a question that ends the oracle is reported, and later questions are asked again", async () => {
  const running = oracle();
  try {
    expect(await Promise.all(["a", "crash", "b"].map((text) => running.ask({ op: "yaml", text })))).toEqual([
      { text: "a" },
      { error: "the oracle ended: exit 2" },
      { text: "b" },
    ]);
    expect(await whileSilent(() => running.ask({ op: "yaml", text: "hang" }))).toEqual({ error: "the oracle ended: SIGKILL" });
    expect(await running.ask({ op: "yaml", text: "c" })).toEqual({ text: "c" });
  } finally {
    await running.end();
  }
});
