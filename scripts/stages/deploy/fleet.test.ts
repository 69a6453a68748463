import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { BoardkitError } from "../../lib/errors.ts";
import type { HostResult } from "../../model/deploy/report.ts";
import { deployFleet } from "./fleet.ts";

const { signal } = new AbortController();
const settings = { parallel: 4, canary: 1, maxFailures: 1 };

/** A deploy to hosts whose names begin with how it ends; returns outcomes, and how many worked at a time. */
async function deploy(
  names: string[],
  more: Partial<typeof settings> = {},
): Promise<{ outcomes: string[]; begun: string[]; most: number }> {
  const begun: string[] = [];
  let [running, most] = [0, 0];
  const work = async ({ name }: { name: string }): Promise<HostResult> => {
    begun.push(name);
    most = Math.max(most, (running += 1));
    await sleep(5);
    running -= 1;
    if (name.startsWith("away")) throw new BoardkitError("no answer", { code: "HOST_AWAY" });
    if (name.startsWith("bad")) throw new BoardkitError("the audit says no", { code: "AUDIT_FAILED" });
    return { host: name, outcome: name.startsWith("back") ? "returned" : "deployed", seconds: 0, warnings: [] };
  };
  const hosts = names.map((name) => ({ name, ssh: name }));
  const results = await deployFleet(hosts, { ...settings, ...more }, work, signal);
  expect(results.map(({ host }) => host)).toEqual(names);
  return { outcomes: results.map(({ outcome }) => outcome), begun, most };
}

test("the canary is first and alone, the others are side by side within the bound", async () => {
  const names = ["a", "b", "c", "d", "e", "f", "g"];
  const { outcomes, begun, most } = await deploy(names, { parallel: 3 });
  expect(new Set(outcomes)).toEqual(new Set(["deployed"]));
  expect(begun[0]).toBe("a");
  expect(most).toBe(3);
});

test("a canary that fails ends the deploy, whatever maxFailures is", async () => {
  expect((await deploy(["back", "b", "c"], { maxFailures: 3 })).outcomes).toEqual(["returned", "skipped", "skipped"]);
  expect((await deploy(["a", "bad", "c"], { canary: 2, maxFailures: 3 })).outcomes).toEqual(["deployed", "failed", "skipped"]);
});

test("a host that is away is a row; another one is the canary in its place", async () => {
  const { outcomes, begun } = await deploy(["away", "back", "c"]);
  expect(outcomes).toEqual(["away", "returned", "skipped"]);
  expect(begun).toEqual(["away", "back"]);
  expect((await deploy(["a", "away-1", "away-2", "b"])).outcomes).toEqual(["deployed", "away", "away", "deployed"]);
});

test("after maxFailures no further host begins", async () => {
  const names = ["a", "bad-1", "bad-2", "c", "d"];
  expect((await deploy(names, { parallel: 1, maxFailures: 2 })).outcomes).toEqual(["deployed", "failed", "failed", "skipped", "skipped"]);
  expect((await deploy(names, { parallel: 1, maxFailures: 3 })).outcomes).toEqual(["deployed", "failed", "failed", "deployed", "deployed"]);
});

test("without canaries all begin at once", async () => {
  expect((await deploy(["bad", "b"], { canary: 0 })).begun).toEqual(["bad", "b"]);
});

test("a bug is no row", async () => {
  const work = () => Promise.reject(new TypeError("a bug"));
  await expect(
    deployFleet(
      [
        { name: "a", ssh: "a" },
        { name: "b", ssh: "b" },
      ],
      settings,
      work,
      signal,
    ),
  ).rejects.toThrow("a bug");
});
