import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { startThreads } from "./threads.ts";

/** Threads that run `body` as a function of `question` and `data`. */
function threadsOf(body: string, signal = new AbortController().signal) {
  const folder = mkdtempSync(join(tmpdir(), "boardkit-threads-"));
  const imports = ["threads", "errors"].map(
    (name) => `import * as ${name} from ${JSON.stringify(new URL(`${name}.ts`, import.meta.url))};`,
  );
  const file = join(folder, "worker.mjs");
  const answer = `threads.answerQuestions(async (question, data) => { ${body} });`;
  writeFileSync(file, ['import { threadId } from "node:worker_threads";', ...imports, answer].join("\n"));
  const threads = startThreads<unknown, unknown>(pathToFileURL(file), { data: "data", limits: {}, signal });
  onTestFinished(async () => {
    await threads.end();
    rmSync(folder, { recursive: true, force: true });
  });
  return threads;
}

test("a thread is reused, and a second one starts only if the first is busy", async () => {
  const threads = threadsOf("return [question, data, threadId]");
  const first = (await threads.ask(1)) as unknown[];
  expect(first).toEqual([1, "data", expect.any(Number)]);
  expect(await threads.ask(2)).toEqual([2, "data", first[2]]);
  const both = (await Promise.all([threads.ask(3), threads.ask(4)])) as unknown[][];
  expect(both.map(([question]) => question)).toEqual([3, 4]);
  expect(new Set(both.map(([, , id]) => id)).size).toBe(2);
});

test("an error of Boardkit keeps its fields across threads", async () => {
  const details = { code: "BAD", exit: "usage", place: "x.node", command: "c", tail: "t", fix: "m" };
  const threads = threadsOf(
    `throw new errors.BoardkitError("broken", { ...${JSON.stringify(details)}, cause: { unclonable: () => undefined } })`,
  );
  await expect(threads.ask(1)).rejects.toThrow(
    expect.objectContaining({ name: "BoardkitError", message: "broken", code: "BAD", exit: "usage", details }),
  );
});

test("any other error keeps its message, code and stack, and the thread continues", async () => {
  const threads = threadsOf(`if (question === 1) await (await import("node:fs/promises")).readFile("/nowhere"); return question`);
  const missing = { name: "Error", message: expect.stringContaining("/nowhere"), code: "ENOENT", path: "/nowhere", syscall: "open" };
  await expect(threads.ask(1)).rejects.toThrow(expect.objectContaining({ ...missing, stack: expect.stringContaining("worker.mjs") }));
  expect(await threads.ask(2)).toBe(2);
});

test("a signal rejects earlier and later questions, and a thread that never ends is terminated", async () => {
  const interrupt = new AbortController();
  const threads = threadsOf("for (;;) Atomics.add(question, 0, 1)", interrupt.signal);
  const count = new Int32Array(new SharedArrayBuffer(4));
  const answer = threads.ask(count);
  while (count[0] === 0) await sleep(1);
  interrupt.abort();
  await expect(answer).rejects.toThrow(/aborted/);
  await expect(threads.ask(count)).rejects.toThrow(/aborted/);
  await threads.end();
  const [ended] = count;
  await sleep(100);
  expect(count[0]).toBe(ended);
});

test("a thread that fails to start is an error, not an endless wait", async () => {
  await expect(threadsOf("} syntax error {").ask(1)).rejects.toThrow(expect.objectContaining({ name: "SyntaxError" }));
});
