// `boardkit deploy` to an emulated Debian with systemd and OpenSSH: the unit, its memory cap, programs that fail, a restart of the machine
// and the end of its power; and figures.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { deployContext as context } from "../fixtures/deploy/steps.ts";
import { skipFor } from "../fixtures/skip-for.ts";
import { findDebianObstacle, makeDebianGuest } from "../fixtures/guest/debian.ts";
import { downtimeOf, ownStartOf, printFigure } from "../fixtures/guest/figures.ts";
import { bootGuest, type Guest, type GuestPlan } from "../fixtures/guest/guest.ts";
import { answerOf, createGuestProject, type GuestProject } from "../fixtures/guest/program.ts";

const UNIT = "boardkit-kitchen.service";
const THERE = "/opt/boardkit/kitchen";
const folder = mkdtempSync(join(tmpdir(), "guest-"));

let obstacle: string | undefined;
let plan: GuestPlan;
let guest: Guest;
let project: GuestProject;
beforeAll(async () => {
  obstacle = await findDebianObstacle("arm64", context);
  if (obstacle !== undefined) return;
  plan = await makeDebianGuest("arm64", folder, context);
  guest = await bootGuest(plan, folder, context);
  printFigure("Debian arm64: boot to ssh", "-", `${guest.bootSeconds.toFixed(1)} s`);
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

/** The release that runs, as `boardkit status` says, and what else it prints of the guest. */
async function statusOf(): Promise<{ running: string | undefined; restarts: number; text: string }> {
  const { stdout, stderr } = await project.run(["status", "--json"]);
  expect(stdout, stderr).not.toBe("");
  const { state } = JSON.parse(stdout).hosts[0];
  return { running: state.running, restarts: state.restarts, text: (await project.run(["status"])).stdout };
}

const waitForAnswer = (text: string) => expect.poll(() => answerOf(guest).catch(() => ""), { timeout: 180_000, interval: 500 }).toBe(text);

test("a static program becomes a unit of systemd, and one process; its health is an answer over HTTP", async () => {
  project.set({ health: { http: ":8080/" } });
  const first = await project.deploy("--trust");
  expect(first, first.stderr).toMatchObject({ code: 0, outcome: "deployed", plan: { service: "systemd" } });
  expect(await answerOf(guest)).toBe("soup\n");
  expect(await guest.ssh(`systemctl is-active ${UNIT} && systemctl is-enabled ${UNIT}`)).toBe("active\nenabled\n");
  // It prints what it does not like.
  expect(await guest.ssh(`systemd-analyze verify /etc/systemd/system/${UNIT} 2>&1`)).toBe("");
  const processes = () =>
    guest.ssh(`cat /sys/fs/cgroup/system.slice/${UNIT}/cgroup.procs | while read -r one; do cat /proc/$one/comm; done`);
  // The timer of the trial sees within a second that it is over.
  await expect.poll(processes, { timeout: 10_000, interval: 500 }).toBe("kitchen\n");
  printFigure("Debian arm64: first deploy", "-", `${first.seconds.toFixed(1)} s, healthy after ${first.healthySeconds?.toFixed(1)} s`);

  project.set({ health: { http: ":8080/", timeout: 3 }, env: { MODE: "broken" } });
  const broken = await project.deploy();
  expect(broken, broken.stderr).toMatchObject({ code: 1, outcome: "returned", error: { code: "UNHEALTHY" } });
  expect(broken.error?.message).toContain("no answer with 2xx from http://127.0.0.1:8080/");
  await waitForAnswer("soup\n");
});

test("a change sends one file, and the service is away for its own start and little more", async () => {
  project.set({});
  const downtimes: number[] = [];
  let sent = 0;
  for (const dish of ["noodles", "rice", "beans"]) {
    project.write({ "menu.txt": `${dish}\n` });
    let result: Awaited<ReturnType<GuestProject["deploy"]>> | undefined;
    downtimes.push(
      await downtimeOf(
        guest.port(8080),
        project.deploy().then((one) => (result = one)),
      ),
    );
    expect(result, result?.stderr).toMatchObject({ code: 0, outcome: "deployed", sentFiles: dish === "noodles" ? expect.any(Number) : 1 });
    sent = result?.sentBytes ?? 0;
    expect(await answerOf(guest)).toBe(`${dish}\n`);
  }
  const own = await ownStartOf(guest, `${THERE}/releases/$(ls ${THERE}/releases | head -n 1)`);
  const all = downtimes.map((one) => one.toFixed(0)).join(", ");
  printFigure("Debian arm64: a change of one line", "<= 8192 bytes sent", `${sent} bytes`);
  printFigure("Debian arm64: downtime, asked every 5 ms", `<= ${(own + 200).toFixed(0)} ms, the program's own start + 200`, `${all} ms`);
  expect(sent).toBeLessThanOrEqual(8192);
});

test("MemoryMax bites: a program that grows beyond its cap is killed, and deploy and status name the kernel's line", async () => {
  const [before, dish] = [await statusOf(), await answerOf(guest)];
  project.set({ memoryMax: "32M", env: { MODE: "grow" } });
  const result = await project.deploy();
  expect(result, result.stderr).toMatchObject({ code: 1, outcome: "returned", previous: before.running });
  expect(result.failure?.oom).toMatch(/Memory cgroup out of memory: Killed process \d+ \(kitchen\)/);
  const text = await project.run(["deploy"]);
  expect(text.stdout).toMatch(/ {2}memory: .*Memory cgroup out of memory: Killed process \d+ \(kitchen\)/);
  await waitForAnswer(dish);
  const after = await statusOf();
  expect(after.running).toBe(before.running);
  expect(after.text).toMatch(/ {2}memory: .*Memory cgroup out of memory: Killed process \d+ \(kitchen\)/);
  // The cap is one of the release that has failed: the one before has none again.
  const cap = () => guest.ssh(`cat /sys/fs/cgroup/system.slice/${UNIT}/memory.max`);
  expect(await cap()).toBe("max\n");

  project.set({ memoryMax: "32M" });
  const capped = await project.deploy();
  expect(capped, capped.stderr).toMatchObject({ code: 0, outcome: "deployed" });
  expect(await cap()).toBe(`${32 * 1024 * 1024}\n`);
  expect((await statusOf()).text).toMatch(/ MiB +32\.0 MiB +\d+$/m);
});

test("a program that passes its check and ends after 5 s: within `steady` the board returns, later it is started again", async () => {
  const dish = await answerOf(guest);
  project.set({ env: { MODE: "late" }, health: { tcp: 8080, steady: 8 } });
  const watched = await project.deploy();
  expect(watched, watched.stderr).toMatchObject({
    code: 1,
    outcome: "returned",
    error: { code: "UNHEALTHY" },
    failure: { exit: "exited 7" },
  });
  expect(watched.error?.message).toMatch(/it was healthy for \d\.\d s, and then not: (its program has ended|nothing listens on port 8080)/);
  expect(watched.failure?.log.join("\n")).toContain("the stove is cold");
  await waitForAnswer(dish);

  project.set({ env: { MODE: "late" } });
  const confirmed = await project.deploy();
  expect(confirmed, confirmed.stderr).toMatchObject({ code: 0, outcome: "deployed" });
  await expect.poll(async () => (await statusOf()).restarts, { timeout: 180_000, interval: 2000 }).toBeGreaterThan(0);
  const back = await project.run(["rollback"]);
  expect(back, back.stderr).toMatchObject({ code: 0 });
  await waitForAnswer(dish);
  project.set({});
});

test("after a restart of the machine, and after its power has gone, the service runs by itself", async () => {
  const [{ running }, dish] = [await statusOf(), await answerOf(guest)];
  await guest.restart();
  await waitForAnswer(dish);
  // Nothing has asked it to write since the boot.
  await guest.cut();
  guest = await bootGuest(plan, folder, context);
  await waitForAnswer(dish);
  const after = await statusOf();
  expect(after.running).toBe(running);
  expect(await guest.ssh(`systemctl is-active ${UNIT}`)).toBe("active\n");
});
