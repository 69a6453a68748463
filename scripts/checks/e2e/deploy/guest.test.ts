// `boardkit deploy` to a small emulated board: musl, busybox as init with the applets of OpenWrt, dropbear, 128 MiB; and its power goes.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { deployContext as context } from "../../fixtures/deploy/steps.ts";
import { HOST_NAME } from "../../../target-side/host/sources.ts";
import { skipFor } from "../../fixtures/skip-for.ts";
import { bootGuest, type Guest, type GuestPlan } from "../../fixtures/guest/guest.ts";
import { answerOf, createGuestProject, findTorn, type GuestProject } from "../../fixtures/guest/program.ts";
import { findSmallObstacle, makeSmallGuest } from "../../fixtures/guest/small-root.ts";
import { start } from "../cli.ts";

const folder = mkdtempSync(join(tmpdir(), "guest-"));
const THERE = "/opt/boardkit/kitchen";

let obstacle: string | undefined;
let plan: GuestPlan;
let guest: Guest;
let project: GuestProject;
beforeAll(async () => {
  obstacle = await findSmallObstacle(context, ["quickjs"]);
  if (obstacle !== undefined) return;
  plan = await makeSmallGuest(folder, context);
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

test("a static program becomes a service; a change sends one file; a crash returns with the reason", async () => {
  const first = await project.deploy("--trust");
  expect(first, first.stderr).toMatchObject({ code: 0, outcome: "deployed", plan: { service: "busybox" }, sentFiles: 5 });
  expect(first.target).toBe("aarch64-unknown-linux-musl");
  expect(await answerOf(guest)).toBe("soup\n");

  project.write({ "menu.txt": "noodles\n" });
  const second = await project.deploy();
  expect(second, second.stderr).toMatchObject({ code: 0, outcome: "deployed", sentFiles: 1, previous: first.release });
  expect(await answerOf(guest)).toBe("noodles\n");
  process.stderr.write(
    `boot ${guest.bootSeconds.toFixed(1)} s, first deploy ${first.seconds.toFixed(1)} s, a change ${second.seconds.toFixed(1)} s and ${second.sentBytes} bytes\n`,
  );

  project.set({ env: { MODE: "crash" } });
  const bad = await project.deploy();
  expect(bad, bad.stderr).toMatchObject({ code: 1, outcome: "returned", previous: second.release });
  expect(bad.failure?.log.join("\n")).toContain("no database at 10.0.0.7");
  await expect.poll(() => answerOf(guest), { timeout: 20_000 }).toBe("noodles\n");
  project.set({});
});

test("a script is run by the host that the deploy sends", async () => {
  const cooked = "../../data/cooked";
  const script = (dish: string) =>
    `const { writeFileSync } = require("node:fs");\nsetInterval(() => writeFileSync("${cooked}", "${dish}\\n"), 200);\n`;
  const settings = (dish: string) => ({
    runtime: "host",
    command: undefined,
    entry: "cook.js",
    files: ["*.js"],
    health: { exec: ["grep", "-q", dish, cooked] },
  });
  project.write({ "cook.js": `require("node:http");\n${script("stew")}` });
  project.set(settings("stew"));
  const refused = await project.run(["deploy"]);
  expect(refused.stderr).toMatch(/HOST_LACKS: [^]*cook\.js loads node:http/);

  project.write({ "cook.js": script("stew") });
  const first = await project.deploy();
  expect(first, first.stderr).toMatchObject({ code: 0, outcome: "deployed", plan: { runtime: { name: HOST_NAME, isThere: false } } });
  expect((await project.run(["status"])).stdout).toContain(` ${HOST_NAME} `);

  project.write({ "cook.js": script("curry") });
  project.set(settings("curry"));
  const second = await project.deploy();
  expect(second, second.stderr).toMatchObject({ code: 0, outcome: "deployed", plan: { runtime: { isThere: true } } });
  // The script, and package.json with the changed check.
  expect(second.sentFiles).toBe(2);
  const { bytes = 0, packedBytes = 0 } = first.plan?.runtime ?? {};
  process.stderr.write(
    `host: ${bytes} bytes, ${packedBytes} sent; first deploy ${first.seconds.toFixed(1)} s, a change ${second.seconds.toFixed(1)} s\n`,
  );

  project.set({});
  expect(await project.deploy()).toMatchObject({ code: 0, outcome: "deployed" });
  expect(await answerOf(guest)).toBe("noodles\n");
});

test.each([
  ["while a release is sent", "ls incoming/*/picture.bin"],
  ["while a release is on trial", "[ -e trial ]"],
])("the power goes %s: the board runs a whole release, and the next deploy works", async (name, condition) => {
  const before = await answerOf(guest);
  const menu = `dish ${name}\n`;
  project.write({ "menu.txt": menu, "picture.bin": randomBytes(3_000_000) });
  const { child, ended } = start(["--cwd", join(folder, "project"), "deploy", "guest", "--ssh-config", guest.config]);
  await guest.ssh(`cd ${THERE}; until ${condition}; do sleep 0.1; done >/dev/null 2>&1`);
  expect(child.exitCode).toBeNull();
  await guest.cut();
  child.kill("SIGINT");
  await ended;
  guest = await bootGuest(plan, folder, context);
  await expect.poll(() => answerOf(guest).catch(() => ""), { timeout: 20_000 }).toMatch(/^(noodles|dish)/);
  expect([before, menu]).toContain(await answerOf(guest));
  expect(await findTorn(guest)).toBe("");
  const next = await project.deploy();
  expect(next, next.stderr).toMatchObject({ code: 0, outcome: expect.stringMatching(/^(deployed|unchanged)$/) });
  expect(await answerOf(guest)).toBe(menu);
});

test("releases in memory: after the power is back the board says so, and the next deploy works", async () => {
  expect((await project.run(["remove", "--all"])).code).toBe(0);
  project.set({ volatile: true });
  const first = await project.deploy();
  expect(first, first.stderr).toMatchObject({ code: 0, outcome: "deployed" });
  await guest.cut();
  guest = await bootGuest(plan, folder, context);
  const status = await project.run(["status"]);
  expect(status.stdout).toContain(`release ${first.release} was in memory, and is gone with the power: deploy again`);
  expect(status.code).toBe(1);
  // One launcher waits: init has started it once.
  expect(await guest.ssh("logread | grep -c 'gone with the power'")).toBe("1\n");
  const kept = Number(await guest.ssh(`du -sk ${THERE} | cut -f 1`));
  process.stderr.write(`with the releases in memory the flash keeps ${kept} KiB\n`);
  expect(kept).toBeGreaterThan(0);
  expect(kept).toBeLessThan(150);
  const next = await project.deploy();
  expect(next, next.stderr).toMatchObject({ code: 0, outcome: "deployed", release: first.release });
  expect(await answerOf(guest)).toMatch(/^dish/);
});
