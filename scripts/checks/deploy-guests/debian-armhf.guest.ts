// `boardkit deploy` to an emulated 32-bit Debian with systemd and OpenSSH; and the same disk below a 64-bit kernel, as Raspberry Pi OS has it.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { probeReport } from "../../model/probe/facts.ts";
import { deployContext as context } from "../fixtures/deploy/steps.ts";
import { skipFor } from "../fixtures/skip-for.ts";
import { findDebianObstacle, makeDebianGuest } from "../fixtures/guest/debian.ts";
import { printFigure } from "../fixtures/guest/figures.ts";
import { bootGuest, findBootObstacle, type Guest, type GuestPlan } from "../fixtures/guest/guest.ts";
import { answerOf, createGuestProject, type GuestProject } from "../fixtures/guest/program.ts";

/** A 64-bit board with 32-bit systems too. */
const WIDE_BOARD = "pi-zero-2-w";
const folder = mkdtempSync(join(tmpdir(), "guest-"));

let obstacle: string | undefined;
let plan: GuestPlan;
let guest: Guest;
let project: GuestProject;
beforeAll(async () => {
  obstacle = (await findDebianObstacle("armhf", context)) ?? (await findBootObstacle(WIDE_BOARD, [], context));
  if (obstacle !== undefined) return;
  plan = await makeDebianGuest("armhf", folder, context);
  guest = await bootGuest(plan, folder, context);
  printFigure("Debian armhf: boot to ssh", "-", `${guest.bootSeconds.toFixed(1)} s`);
  project = createGuestProject(join(folder, "project"), guest.config, "arm-linux-musleabihf");
}, 1_800_000);
afterAll(async () => {
  // It is not there if it did not boot.
  await guest?.cut();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach((task) => {
  if (obstacle !== undefined) skipFor(task, obstacle);
});

/** What `boardkit probe` says of the guest, as its document and as text. */
async function probe(): Promise<{ userland: object; kernel: string; triple: string | undefined; text: string }> {
  const { stdout, stderr } = await project.run(["probe", "--json"]);
  expect(stdout, stderr).not.toBe("");
  const { machine, fit } = probeReport.parse(JSON.parse(stdout));
  return {
    userland: machine.userland,
    kernel: machine.kernel.machine,
    triple: fit.target.triple,
    text: (await project.run(["probe"])).stdout,
  };
}

test("deploy, a change, and a release that fails", async () => {
  const first = await project.deploy("--trust");
  expect(first, first.stderr).toMatchObject({ code: 0, outcome: "deployed", plan: { service: "systemd" } });
  expect(first.target).toBe("armv7-unknown-linux-gnueabihf");
  expect(await answerOf(guest)).toBe("soup\n");
  expect(await guest.ssh("systemctl is-enabled boardkit-kitchen.service")).toBe("enabled\n");

  project.write({ "menu.txt": "noodles\n" });
  const second = await project.deploy();
  expect(second, second.stderr).toMatchObject({ code: 0, outcome: "deployed", sentFiles: 1, previous: first.release });
  expect(await answerOf(guest)).toBe("noodles\n");
  printFigure("Debian armhf: deploys", "-", `the first ${first.seconds.toFixed(1)} s, a change ${second.seconds.toFixed(1)} s`);

  project.set({ env: { MODE: "crash" } });
  const bad = await project.deploy();
  expect(bad, bad.stderr).toMatchObject({ code: 1, outcome: "returned", previous: second.release, failure: { exit: "exited 3" } });
  expect(bad.failure?.log.join("\n")).toContain("no database at 10.0.0.7");
  await expect.poll(() => answerOf(guest).catch(() => ""), { timeout: 180_000, interval: 500 }).toBe("noodles\n");
  project.set({});
  expect(await probe()).toMatchObject({ userland: { arch: "arm", bits: 32 }, kernel: "armv7l", triple: "armv7-unknown-linux-gnueabihf" });
});

test("below a 64-bit kernel it is a 32-bit machine all the same, and its service runs", async () => {
  await guest.ssh("sync");
  await guest.cut();
  guest = await bootGuest({ ...plan, board: WIDE_BOARD }, folder, context);
  const { text, ...facts } = await probe();
  expect(facts).toMatchObject({ userland: { arch: "arm", bits: 32 }, kernel: "aarch64", triple: "armv7-unknown-linux-gnueabihf" });
  expect(text).toContain("only the kernel is aarch64");
  await expect.poll(() => answerOf(guest).catch(() => ""), { timeout: 180_000, interval: 500 }).toBe("noodles\n");
  project.write({ "menu.txt": "rice\n" });
  const next = await project.deploy();
  expect(next, next.stderr).toMatchObject({ code: 0, outcome: "deployed", target: "armv7-unknown-linux-gnueabihf" });
  expect(await answerOf(guest)).toBe("rice\n");
});
