// docs/fleet.md in the root of a Debian for this machine's own CPU, where no process is emulated: its commands, and the updates that the
// programs of Debian's timers make. There is no systemd: a stand-in notes how it is called.
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { fetchOptional } from "../../stages/set-up/fetch.ts";
import { runOrFail } from "../../tools/exec.ts";
import { ensureSystem, enter, findObstacle, type System } from "../debian/systems.ts";
import { deployContext as context } from "../fixtures/deploy/steps.ts";
import { FLEET_PACKAGES, startFleet, type Fleet } from "../fixtures/feed/fleet.ts";
import { skipFor } from "../fixtures/skip-for.ts";

const isArm = process.arch === "arm64";
const [architecture, arch] = isArm ? (["arm64", "aarch64"] as const) : (["amd64", "x86_64"] as const);

let obstacle: string | undefined;
let folder = "";
let system: System;
let fleet: Fleet;
beforeAll(async () => {
  obstacle = findObstacle(process.env.PATH ?? "") ?? (await fetchOptional("nfpm", context));
  if (obstacle !== undefined) return;
  const clean = await ensureSystem({ name: `updates-${architecture}`, architecture, arch, cpu: "max", packages: FLEET_PACKAGES }, context);
  folder = await mkdtemp(join(tmpdir(), "updates-"));
  system = { ...clean, root: join(folder, "root") };
  await runOrFail({ argv: ["cp", "--archive", clean.root, system.root] }, "COPY_FAILED");
  // Nothing of the test needs Debian's mirror.
  rmSync(join(system.root, "etc/apt/sources.list"), { force: true });
  const systemctl = join(system.root, "usr/bin/systemctl");
  writeFileSync(systemctl, '#!/bin/sh\necho "$*" >>/calls\n');
  chmodSync(systemctl, 0o755);
  process.stderr.write("stand-in: a systemctl that notes its calls; the guest has the real one\n");
  fleet = await startFleet(`${arch}-unknown-linux-gnu`, context);
}, 1_200_000);
afterAll(() => {
  fleet?.end();
  if (folder) rmSync(folder, { recursive: true, force: true });
}, 60_000);
beforeEach((task) => {
  if (obstacle !== undefined) skipFor(task, obstacle);
});

/** Runs a script as root of the system; its output. */
async function sh(script: string): Promise<string> {
  const { exitCode, stdout, stderr } = await enter(system, ["sh", "-ec", script], { LC_ALL: "C" }, context.signal);
  expect(exitCode, stdout + stderr).toBe(0);
  return stdout;
}

/** The calls of systemctl since the last time. */
function calls(): string[] {
  const file = join(system.root, "calls");
  const lines = readFileSync(file, { encoding: "utf8", flag: "a+" }).split("\n").filter(Boolean);
  rmSync(file, { force: true });
  return lines;
}

const STARTED = ["daemon-reload", "enable kitchen", "restart kitchen"];
/** What the services apt-daily and apt-daily-upgrade run. */
const update = () => sh("/usr/lib/apt/apt.systemd.daily update; /usr/lib/apt/apt.systemd.daily install");
const menu = () => sh("node --print 'require(\"my-addon\").menu()'");

test("the commands of the page install the program and start it", async () => {
  await fleet.publish("1.0.0", "soup");
  await fleet.publishProgram();
  await sh(fleet.commands);
  expect(await menu()).toBe("soup\n");
  expect(calls()).toEqual(STARTED);
});

test("a new version of the addon is installed, and the program is restarted once", async () => {
  await fleet.publish("1.1.0", "noodles");
  await update();
  expect(await menu()).toBe("noodles\n");
  expect(calls()).toEqual(STARTED);
  expect(await sh("cat /var/log/unattended-upgrades/unattended-upgrades.log")).toContain("Packages that will be upgraded: node-my-addon\n");
});

test("an index and a package that are changed on the server are not installed; the whole ones are, the next time", async () => {
  await fleet.publish("1.2.0", "salad");
  await fleet.withWrongIndex(async () => {
    expect(await sh("apt-get --error-on=any update 2>&1 || true")).toMatch(/OpenPGP signature verification failed/);
    await update();
    expect([await menu(), calls()]).toEqual(["noodles\n", []]);
  });
  await fleet.withWrongPackage("1.2.0", async () => {
    await update();
    expect([await menu(), calls()]).toEqual(["noodles\n", []]);
    expect(await sh("apt-cache policy node-my-addon")).toContain("Candidate: 1.2.0-1");
  });
  await update();
  expect([await menu(), calls()]).toEqual(["salad\n", STARTED]);
});

test("removed, the program is ended", async () => {
  await sh("apt-get remove --yes kitchen");
  expect(calls()).toEqual(["disable --now kitchen"]);
});
