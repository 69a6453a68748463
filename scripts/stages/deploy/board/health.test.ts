import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { healthScript, readHealth, waitForHealth, type HealthResult } from "./health.ts";

const check = { interval: 0.5, timeout: 20, steady: 1 };

/** Waits with a clock that each sleep moves on. */
async function wait(answers: boolean[], more: object = {}): Promise<{ seconds: number; asked: number }> {
  let [at, asked] = [0, 0];
  const ask = async (): Promise<HealthResult> => {
    const healthy = answers[Math.min(asked, answers.length - 1)]!;
    asked += 1;
    return healthy ? { healthy, why: "" } : { healthy, why: "no answer" };
  };
  const clock = { now: () => at, sleep: async (seconds: number) => void (at += seconds) };
  return { seconds: await waitForHealth({ ...check, ...more }, ask, new AbortController().signal, clock), asked };
}

describe("the wait for health", () => {
  test("ends when the service is healthy for a while; the time is that of the first success", async () => {
    expect(await wait([false, false, true])).toEqual({ seconds: 1, asked: 5 });
    expect(await wait([true], { steady: 0 })).toEqual({ seconds: 0, asked: 1 });
  });

  test("a service that never answers fails with its last reason", async () => {
    await expect(wait([false])).rejects.toThrow(/not healthy after 20 s: no answer/);
  });

  test("a service that is healthy and then not fails at once", async () => {
    await expect(wait([false, true, false, true])).rejects.toThrow(/was healthy for 0.5 s, and then not: no answer/);
  });
});

describe("the scripts", () => {
  const run = (script: string | undefined) => readHealth(execFileSync("sh", ["-c", script ?? ""], { encoding: "utf8" }));

  test("http and tcp see a server, and its absence", async () => {
    const server = createServer((request, response) => response.writeHead(request.url === "/ok" ? 200 : 500).end());
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    // The server answers only while this process does not wait for the script.
    const { execFile } = await import("node:child_process");
    const ask = (script: string | undefined) =>
      new Promise<HealthResult>((resolve) => execFile("sh", ["-c", script ?? ""], (_error, stdout) => resolve(readHealth(stdout))));
    expect(await ask(healthScript({ ...check, http: `:${port}/ok` }, "/"))).toEqual({ healthy: true, why: "" });
    expect(await ask(healthScript({ ...check, http: `http://127.0.0.1:${port}/bad` }, "/"))).toMatchObject({
      healthy: false,
      why: expect.stringMatching(/no answer with 2xx from http/),
    });
    expect(run(healthScript({ ...check, tcp: port }, "/"))).toEqual({ healthy: true, why: "" });
    expect(run(healthScript({ ...check, tcp: 1 }, "/"))).toEqual({ healthy: false, why: "nothing listens on port 1" });
  });

  test("a command runs in the release, and its output is the reason", () => {
    expect(run(healthScript({ ...check, exec: ["test", "-d", "etc"] }, "/"))).toEqual({ healthy: true, why: "" });
    expect(run(healthScript({ ...check, exec: ["sh", "-c", `echo "it's bad"; exit 3`] }, "/"))).toEqual({
      healthy: false,
      why: "the command of the health check exits with 3: it's bad",
    });
  });

  test("without a check only the process counts", () => {
    expect(healthScript(check, "/")).toBeUndefined();
  });
});
