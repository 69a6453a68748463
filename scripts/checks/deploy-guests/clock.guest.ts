// `boardkit deploy` to a board without a clock: each boot begins in 1970, while the files on its disk are of today; then NTP sets the clock.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { start } from "../e2e/cli.ts";
import { deployContext as context } from "../fixtures/deploy/steps.ts";
import { bootGuest, type Guest, type GuestPlan } from "../fixtures/guest/guest.ts";
import { answerOf, createGuestProject, findTorn, type GuestProject } from "../fixtures/guest/program.ts";
import { findSmallObstacle, makeSmallGuest } from "../fixtures/guest/small-root.ts";
import { skipFor } from "../fixtures/skip-for.ts";

const THERE = "/opt/boardkit/kitchen";
const folder = mkdtempSync(join(tmpdir(), "clock-"));

let obstacle: string | undefined;
let plan: GuestPlan;
let guest: Guest;
let project: GuestProject;
beforeAll(async () => {
  obstacle = await findSmallObstacle(context);
  if (obstacle !== undefined) return;
  plan = { ...(await makeSmallGuest(folder, context)), time: 0 };
  guest = await bootGuest(plan, folder, context);
  project = createGuestProject(join(folder, "project"), guest.config);
}, 600_000);
afterAll(async () => {
  // It is not there if it did not boot.
  await guest?.cut();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach((task) => {
  if (obstacle !== undefined) skipFor(task, obstacle);
});

const yearOf = async () => Number(await guest.ssh("date -u +%Y"));

/** Seconds that the program runs, as `boardkit status` says. */
async function uptimeOf(): Promise<number> {
  const { stdout, stderr } = await project.run(["status", "--json"]);
  expect(stdout, stderr).not.toBe("");
  const [host] = (JSON.parse(stdout) as { hosts: { state: { uptime: number } }[] }).hosts;
  return host!.state.uptime;
}

test("in 1970 a program is deployed, a change is sent, and one that crashes is taken back", async () => {
  expect(await yearOf()).toBe(1970);
  const first = await project.deploy("--trust");
  expect(first, first.stderr).toMatchObject({ code: 0, outcome: "deployed" });
  project.write({ "menu.txt": "noodles\n" });
  const second = await project.deploy();
  expect(second, second.stderr).toMatchObject({ code: 0, outcome: "deployed", sentFiles: 1 });
  project.set({ env: { MODE: "crash" } });
  const bad = await project.deploy();
  expect(bad, bad.stderr).toMatchObject({ code: 1, outcome: "returned", previous: second.release });
  project.set({});
  await expect.poll(() => answerOf(guest), { timeout: 20_000 }).toBe("noodles\n");
});

test("the clock jumps by 56 years while a release is on trial: its trial and its lock go on", async () => {
  project.write({ "menu.txt": "rice\n" });
  project.set({ health: { exec: ["test", "-e", "../../data/ready"] } });
  const { ended } = start(["--cwd", join(folder, "project"), "deploy", "guest", "--ssh-config", guest.config]);
  const now = Math.floor(Date.now() / 1000);
  await guest.ssh(`cd ${THERE}; until [ -e trial ]; do sleep 0.1; done >/dev/null 2>&1; date -u -s @${now}`);
  // By the clock the lock of the deploy is 56 years old.
  expect(await project.run(["restart"])).toMatchObject({ code: 1, stderr: expect.stringContaining("LOCKED") });
  await guest.ssh(`sleep 5; touch ${THERE}/data/ready`);
  const { code, stderr } = await ended;
  expect(code, stderr).toBe(0);
  expect(await yearOf()).toBeGreaterThan(2025);
  expect(await answerOf(guest)).toBe("rice\n");
  expect(await uptimeOf()).toBeLessThan(600);
});

test("a program that dies after the jump is started again", async () => {
  await guest.ssh("kill $(pidof kitchen)");
  await expect.poll(() => answerOf(guest).catch(() => ""), { timeout: 20_000 }).toBe("rice\n");
});

test("after a power cut it is 1970 again, and the files are of the future: the release runs, a deploy and a rollback work", async () => {
  await guest.ssh("sync");
  await guest.cut();
  guest = await bootGuest(plan, folder, context);
  expect(await yearOf()).toBe(1970);
  await expect.poll(() => answerOf(guest).catch(() => ""), { timeout: 20_000 }).toBe("rice\n");
  expect(await uptimeOf()).toBeLessThan(600);
  project.write({ "menu.txt": "curry\n" });
  const next = await project.deploy();
  expect(next, next.stderr).toMatchObject({ code: 0, outcome: "deployed", sentFiles: 1 });
  expect(await answerOf(guest)).toBe("curry\n");
  expect(await findTorn(guest)).toBe("");
  const back = await project.run(["rollback"]);
  expect(back.code, back.stderr).toBe(0);
  expect(await answerOf(guest)).toBe("rice\n");
});
