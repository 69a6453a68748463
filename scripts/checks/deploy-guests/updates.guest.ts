// docs/fleet.md on a Debian of this machine's own CPU with its own systemd: the commands of the page, and the updates that Debian's own
// services make.
import { spawn, type ChildProcess } from "node:child_process";
import { rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { fetchOptional } from "../../stages/set-up/fetch.ts";
import { runOrFail } from "../../tools/exec.ts";
import { bootSystem, findCgroups, type BootedSystem } from "../debian/boot.ts";
import { ensureSystem, findObstacle } from "../debian/systems.ts";
import { deployContext as context } from "../fixtures/deploy/steps.ts";
import { FLEET_PACKAGES, makeFleet, type Fleet } from "../fixtures/feed/fleet.ts";
import { skipFor } from "../fixtures/skip-for.ts";

const [architecture, arch] = process.arch === "arm64" ? (["arm64", "aarch64"] as const) : (["amd64", "x86_64"] as const);
/** In the network of the system, which has no other. */
const PORT = 8000;

let obstacle: string | undefined;
let folder = "";
let system: BootedSystem;
let fleet: Fleet;
let server: ChildProcess | undefined;
beforeAll(async () => {
  const cgroups = findCgroups();
  obstacle =
    findObstacle(process.env.PATH ?? "") ??
    (cgroups === undefined ? "systemd needs cgroup2, which is not mounted here" : await fetchOptional("nfpm", context));
  if (obstacle !== undefined || cgroups === undefined) return;
  const clean = await ensureSystem({ name: `updates-${architecture}`, architecture, arch, cpu: "max", packages: FLEET_PACKAGES }, context);
  folder = await mkdtemp(join(tmpdir(), "updates-"));
  const root = join(folder, "root");
  await runOrFail({ argv: ["cp", "--archive", clean.root, root] }, "COPY_FAILED");
  // It reaches no mirror of Debian, and asks for none.
  rmSync(join(root, "etc/apt/sources.list"), { force: true });
  fleet = await makeFleet(`${arch}-unknown-linux-gnu`, `http://127.0.0.1:${PORT}`, context);
  system = await bootSystem(root, cgroups);
  const module = join(import.meta.dirname, "../fixtures/feed/server.ts");
  const code = `import { serveFolder } from ${JSON.stringify(module)}; await serveFolder(${JSON.stringify(fleet.folder)}, ${PORT});`;
  const [program = "", ...words] = [...system.inNetwork, process.execPath, "--input-type=module", "--eval", code];
  server = spawn(program, words, { stdio: ["ignore", "ignore", "inherit"] });
}, 1_200_000);
afterAll(async () => {
  server?.kill();
  await system?.end();
  fleet?.end();
  if (folder) rmSync(folder, { recursive: true, force: true });
}, 60_000);
beforeEach((task) => {
  if (obstacle !== undefined) skipFor(task, obstacle);
});

/** Runs a script as root of the system; its output. */
async function sh(script: string): Promise<string> {
  const { exitCode, stdout, stderr } = await system.sh(script);
  expect(exitCode, stdout + stderr).toBe(0);
  return stdout;
}

/** What the program answers within a minute. */
const expectAnswer = (text: string) => expect.poll(() => sh("curl -s http://127.0.0.1:8080/ || true"), { timeout: 60_000 }).toBe(text);
/** The services that Debian's timers start. */
const update = () => sh("systemctl start apt-daily.service; systemctl start apt-daily-upgrade.service");
const pid = () => sh("systemctl show --property MainPID --value kitchen");
const version = () => sh("dpkg-query --show --showformat '${Version}' node-my-addon");

test("the commands of the page install the program, and its service runs", async () => {
  await fleet.publish("1.0.0", "soup");
  await fleet.publishProgram();
  await sh(fleet.commands);
  await expectAnswer("soup");
  expect(await version()).toBe("1.0.0-1");
  expect(await sh("systemctl is-enabled kitchen")).toBe("enabled\n");
  expect(await sh("systemd-analyze verify /usr/lib/systemd/system/kitchen.service 2>&1")).toBe("");
});

test("a new version of the addon: Debian's service installs it, and the program restarts with it", async () => {
  const before = await pid();
  await fleet.publish("1.1.0", "noodles");
  await update();
  await expectAnswer("noodles");
  expect(await version()).toBe("1.1.0-1");
  expect(await pid()).not.toBe(before);
  expect(await sh("cat /var/log/unattended-upgrades/unattended-upgrades.log")).toContain("Packages that will be upgraded: node-my-addon\n");
});

test("an index and a package that are changed on the server are not installed; the whole ones are, the next time", async () => {
  const before = await pid();
  await fleet.publish("1.2.0", "salad");
  const staysAsItIs = async () => {
    // The service may fail: what counts is what runs.
    await system.sh("systemctl start apt-daily.service; systemctl start apt-daily-upgrade.service");
    await expectAnswer("noodles");
    expect([await version(), await pid()]).toEqual(["1.1.0-1", before]);
  };
  await fleet.withWrongIndex(async () => {
    expect(await sh("apt-get --error-on=any update 2>&1 || true")).toMatch(/OpenPGP signature verification failed/);
    await staysAsItIs();
  });
  await fleet.withWrongPackage("1.2.0", async () => {
    await staysAsItIs();
    expect(await sh("apt-cache policy node-my-addon")).toContain("Candidate: 1.2.0-1");
  });
  await update();
  await expectAnswer("salad");
});

test("removed, the program ends", async () => {
  await sh("apt-get remove --yes kitchen");
  expect(await sh("systemctl is-active kitchen || true")).toBe("inactive\n");
});
