// `boardkit deploy` to an emulated Debian with systemd and OpenSSH: the unit, and figures.
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { findObstacle } from "../debian/systems.ts";
import { deployContext as context } from "../fixtures/deploy/steps.ts";
import { skipFor } from "../fixtures/skip-for.ts";
import { makeDebianGuest } from "../fixtures/guest/debian.ts";
import { bootGuest, findBootObstacle, type Guest } from "../fixtures/guest/guest.ts";
import { answerOf, createGuestProject, type GuestProject } from "../fixtures/guest/program.ts";

const UNIT = "boardkit-kitchen.service";
const folder = mkdtempSync(join(tmpdir(), "guest-"));

let obstacle: string | undefined;
let guest: Guest;
let project: GuestProject;
beforeAll(async () => {
  obstacle = findObstacle(process.env.PATH ?? "") ?? (await findBootObstacle([], context));
  if (obstacle !== undefined) return;
  const plan = await makeDebianGuest(context);
  copyFileSync(join(plan.keys, "id"), join(folder, "id"));
  guest = await bootGuest(plan, folder, context);
  project = createGuestProject(join(folder, "project"), guest.config);
}, 1_800_000);
afterAll(async () => {
  // It is not there if it did not boot.
  await guest?.cut();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach((task) => {
  if (obstacle !== undefined) skipFor(task, obstacle);
});

/** Asks the program again and again until `work` has ended; the longest time without an answer, in milliseconds. */
async function downtimeOf(work: Promise<unknown>): Promise<number> {
  const over = Symbol("over");
  let [last, longest] = [performance.now(), 0];
  const ended = work.then(() => over);
  while ((await Promise.race([ended, sleep(20)])) !== over) {
    const answer = await answerOf(guest).catch(() => undefined);
    const now = performance.now();
    longest = Math.max(longest, now - last);
    if (answer !== undefined) last = now;
  }
  return longest;
}

test("a static program becomes a unit of systemd; a change sends one file", async () => {
  const first = await project.deploy("--trust");
  expect(first, first.stderr).toMatchObject({ code: 0, outcome: "deployed", plan: { service: "systemd" } });
  expect(await answerOf(guest)).toBe("soup\n");
  expect(await guest.ssh(`systemctl is-active ${UNIT} && systemctl is-enabled ${UNIT}`)).toBe("active\nenabled\n");
  // It prints what it does not like.
  expect(await guest.ssh(`systemd-analyze verify /etc/systemd/system/${UNIT} 2>&1`)).toBe("");

  project.write({ "menu.txt": "noodles\n" });
  const change = project.deploy();
  const downtime = await downtimeOf(change);
  const second = await change;
  expect(second, second.stderr).toMatchObject({ code: 0, outcome: "deployed", sentFiles: 1, previous: first.release });
  expect(await answerOf(guest)).toBe("noodles\n");
  process.stderr.write(
    [
      `boot to ssh ${guest.bootSeconds.toFixed(1)} s`,
      `first deploy ${first.seconds.toFixed(1)} s, healthy after ${first.healthySeconds?.toFixed(1)} s`,
      `a change of one line ${second.seconds.toFixed(1)} s, ${second.sentBytes} bytes, ${downtime.toFixed(0)} ms without an answer\n`,
    ].join("; "),
  );
});
