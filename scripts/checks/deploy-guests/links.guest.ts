// `boardkit deploy` over a link that is cut at a hundred places, and over one that stands still for longer than ssh waits.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from "vitest";
import { testCuts } from "../fixtures/deploy/cuts.ts";
import { findDeployObstacle, startDeployGuest, type DeployGuest } from "../fixtures/deploy/guest.ts";
import { createLink } from "../fixtures/deploy/link.ts";
import { createProject } from "../fixtures/deploy/project.ts";
import { deployContext as context } from "../fixtures/deploy/steps.ts";
import { until } from "../fixtures/deploy/supervise.ts";
import { skipFor } from "../fixtures/skip-for.ts";

const CUTS = 100;
const STALL_SECONDS = 100;

const folder = mkdtempSync(join(tmpdir(), "links-"));
let obstacle: string | undefined;
let board: DeployGuest;
beforeAll(async () => {
  obstacle = await findDeployObstacle(context);
  if (obstacle === undefined) board = await startDeployGuest(folder, "", context);
}, 300_000);
afterAll(async () => {
  await board?.end();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach((task) => {
  if (obstacle !== undefined) skipFor(task, obstacle);
});

/** A project that is deployed once, and a link to its board. */
async function createLinked(name: string) {
  const project = await createProject(board, name, { confirm: 20 });
  expect(await project.deploy()).toMatchObject({ outcome: "deployed" });
  const link = await createLink(board.guest, folder);
  onTestFinished(link.end);
  return { project, link };
}

test("the link is cut at a hundred places", { timeout: 3_600_000 }, async () => {
  const { project, link } = await createLinked("cuts");
  const { deployed, failed, wrong } = await testCuts(project, link, CUTS);
  process.stderr.write(
    `goal | found\n${CUTS} of ${CUTS} cuts leave a whole release | ${CUTS - wrong.length}: ${deployed} deployed all the same, ${failed} failed and left the board as it was\n`,
  );
  expect(wrong).toEqual([]);
});

test(`the link stands still for ${STALL_SECONDS} s in the upload: it goes on`, async () => {
  const { project, link } = await createLinked("stall");
  project.write(Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`assets/${at}.bin`, randomBytes(100_000)])));
  link.stallAfter(500_000, STALL_SECONDS);
  const { outcome, seconds, stderr } = await project.deploy([], link.config);
  process.stderr.write(
    `goal | found\ndeployed after a stall of ${STALL_SECONDS} s in the upload | ${outcome} after ${seconds.toFixed(0)} s\n`,
  );
  expect(outcome, stderr).toBe("deployed");
  expect(seconds).toBeGreaterThan(STALL_SECONDS);
});

test.each([
  ["before the upload", 1000],
  ["in the trial", "trial"],
] as const)(`the link stands still for ${STALL_SECONDS} s %s: an error, and the board runs what it ran`, async (name, at) => {
  const { project, link } = await createLinked(`stall-${name.replaceAll(" ", "-")}`);
  const before = await project.ssh(`cat ${project.there}/good`);
  project.write({ "more.txt": "" });
  if (at !== "trial") link.stallAfter(at, STALL_SECONDS);
  const deploy = project.deploy([], link.config);
  if (at === "trial") {
    await project.ssh(`until [ -e ${project.there}/trial ]; do sleep 0.05; done`);
    link.stallAfter(1, STALL_SECONDS);
  }
  const { code, outcome, error, seconds } = await deploy;
  process.stderr.write(`${name}: ${outcome}, ${error?.code}: ${error?.message}, after ${seconds.toFixed(0)} s\n`);
  expect({ code, outcome }).toEqual({ code: 1, outcome: expect.stringMatching(/^(failed|away|returned)$/) });
  expect(link.faults()).toBe(1);
  expect(error?.message).not.toBe("");
  await until("as it was", async () => (await project.ssh(`cd ${project.there}; ls trial 2>/dev/null; cat good`)) === before, 60);
  expect(await project.answer()).toBe("one");
  // Nobody could give the lock back.
  await until("deployed", async () => (await project.deploy()).outcome === "deployed", 180);
});
