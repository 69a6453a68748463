// `boardkit probe` over a real ssh and a real daemon; and the script on the board in the busybox of other architectures.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { arch, tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { cacheRoot, packageRoot } from "../../lib/paths.ts";
import { probeReport } from "../../model/probe/facts.ts";
import { getToolchain } from "../../model/registry.ts";
import { board } from "../../model/targets/board.ts";
import { probeRecords } from "../../stages/probe/probe.ts";
import { readFacts } from "../../stages/probe/read-facts.ts";
import { fetchOptional } from "../../stages/set-up/fetch.ts";
import { provided } from "../../tools/store/store.ts";
import { quietContext } from "../fixtures/packable-project.ts";
import { addonSource, compileShared } from "../fixtures/fixture.ts";
import { findGuestObstacle, startGuest, type SshGuest } from "../fixtures/ssh-guest.ts";
import { skipFor } from "../fixtures/skip-for.ts";
import { boardkit } from "./cli.ts";

const folder = mkdtempSync(join(tmpdir(), "probe-"));
const context = { ...quietContext(), cache: cacheRoot(process.env) };
/** A profile that greets, writes what looks like a record, and leaves the line open. */
const NOISE = "echo 'Welcome to the kitchen'; echo 'boardkit begin/x 0'; echo 'boardkit end 0'; printf '3 updates are pending> '\n";

describe("over ssh", () => {
  let obstacle: string | undefined;
  let guest: SshGuest;
  beforeAll(async () => {
    obstacle = await findGuestObstacle("dropbear", context);
    if (obstacle === undefined) guest = await startGuest("dropbear", folder, NOISE, context);
  }, 300_000);
  afterAll(() => {
    if (obstacle === undefined) guest.end();
    rmSync(folder, { recursive: true, force: true });
  });
  beforeEach((task) => {
    if (obstacle !== undefined) return skipFor(task, obstacle);
    guest.know("its own");
    guest.force(undefined);
  });

  const probe = (host: string, ...args: string[]) => boardkit(["probe", host, "--ssh-config", guest.config, ...args]);

  test("the facts of the machine, whatever its profile prints", async () => {
    const { code, stdout, stderr } = await probe("guest", "--json");
    expect(stderr).toBe("");
    expect(code).toBe(0);
    const { machine, fit, host } = probeReport.parse(JSON.parse(stdout));
    expect(host).toBe("guest");
    expect(machine.userland.arch).toBe({ x64: "x86_64", arm64: "aarch64" }[arch() as string]);
    expect(machine.user).toEqual({ id: 0, name: "root" });
    expect(machine.memory.totalKiB).toBe(Number(/^MemTotal:\s+(\d+)/m.exec(readFileSync("/proc/meminfo", "utf8"))?.[1]));
    expect(fit.target.triple).toContain(machine.userland.arch);
  });

  test("OpenSSH's daemon instead of dropbear", async (task) => {
    const lacking = await findGuestObstacle("sshd", context);
    if (lacking !== undefined) return skipFor(task, lacking);
    const other = await startGuest("sshd", mkdtempSync(join(folder, "sshd-")), NOISE, context);
    onTestFinished(other.end);
    const { stdout, stderr } = await boardkit(["probe", "guest", "--ssh-config", other.config, "--json"]);
    expect(stderr).toBe("");
    expect(probeReport.parse(JSON.parse(stdout)).machine.user).toEqual({ id: 0, name: "root" });
  });

  test("a table for people, and a board file that the schema accepts", async () => {
    const file = join(folder, "lab-pc.json");
    const { code, stdout, stderr } = await probe("guest", "--write-board", file);
    expect(stdout).toMatch(/^guest: [^]*\nprograms +\w+, 64 bits\n[^]*✓ target \S+-linux-(gnu|musl)\n +its programs are for/);
    expect(stderr).toContain(`wrote ${file}`);
    expect(code).toBe(0);
    expect(board.parse(JSON.parse(readFileSync(file, "utf8")))).toMatchObject({ id: "lab-pc", source: "boardkit probe guest" });
    const again = await probe("guest", "--write-board", file);
    expect(again).toMatchObject({ code: 2, stderr: expect.stringMatching(/the file exists already[^]*fix: remove it/) });
  });

  test("an addon is audited for the machine", async () => {
    const other = arch() === "x64" ? "aarch64-linux-gnu.2.17" : "x86_64-linux-gnu.2.17";
    const own = arch() === "x64" ? "x86_64-linux-gnu.2.17" : "aarch64-linux-gnu.2.17";
    const good = await boardkit(["audit", compileShared(addonSource(""), own), "--host", "guest", "--ssh-config", guest.config]);
    expect(good.stdout).toMatch(/✓ .*addon.node on guest/);
    expect(good.code).toBe(0);
    const bad = await boardkit(["audit", compileShared(addonSource(""), other), "--host", "guest", "--ssh-config", guest.config]);
    expect(bad.stdout).toMatch(/✗ .*addon.node on guest[^]*file\/architecture/);
    expect(bad.code).toBe(1);
    expect(await boardkit(["audit", "x", "--host", "guest", "--board", "pi-4"])).toMatchObject({ code: 2 });
  });

  test("an unknown key is refused with its fingerprint, and --trust keeps it", async () => {
    guest.know("none");
    const refused = await probe("guest");
    expect(refused.stderr).toMatch(/HOST_KEY_UNKNOWN: the key of guest is not known yet; its fingerprint is ssh-ed25519 SHA256:/);
    expect(refused.stderr).toContain(guest.fingerprint);
    expect(refused.code).toBe(1);
    const trusted = await probe("guest", "--trust", "--json");
    expect(probeReport.parse(JSON.parse(trusted.stdout)).hostKey).toContain(guest.fingerprint);
    expect(await probe("guest")).toMatchObject({ code: 0 });
  });

  test("a key that has changed is refused, also with --trust", async () => {
    guest.know("another");
    const { code, stderr } = await probe("guest", "--trust");
    expect(stderr).toMatch(/HOST_KEY_CHANGED: guest has another key than the known one[^]*known:1[^]*fix: if you installed it anew/);
    expect(code).toBe(1);
  });

  test.each([
    ["stranger", /HOST_DENIED: stranger does not accept a key of yours; [^]*fix: add your key to the board: ssh-copy-id stranger/],
    ["nobody", /HOST_REFUSED: nobody refuses connections[^]*fix: start sshd or dropbear there/],
    ["no-such-host.invalid", /HOST_UNKNOWN: there is no host no-such-host.invalid[^]*fix: check the name/],
  ])("the host %s", async (host, text) => {
    const { code, stderr } = await probe(host);
    expect(stderr).toMatch(text);
    expect(code).toBe(1);
  });

  test("a host whose connections run a menu", async () => {
    guest.force("echo 1. Reboot");
    const { code, stderr } = await probe("guest");
    expect(stderr).toMatch(/NO_SHELL: guest lets ssh in, but runs no POSIX shell: it exited with 0[^]*1\. Reboot[^]*fix: a forced command/);
    expect(code).toBe(1);
  });

  test("a board that ends in the middle", async () => {
    guest.force("$SSH_ORIGINAL_COMMAND | head -c 900");
    expect((await probe("guest")).stderr).toMatch(/PROBE_INCOMPLETE: the answers of guest end after \w+[^]*fix: the link was cut/);
  });
});

test.for([
  ["arm", "kernel-armv7", { arch: "arm", bits: 32, floatAbi: "hard" }],
  ["aarch64", "kernel-aarch64", { arch: "aarch64", bits: 64 }],
] as const)("busybox for %s: the architecture is that of the programs, not of the kernel", async ([name, kernel, userland], task) => {
  for (const id of ["qemu-user", kernel]) {
    const lacking = await fetchOptional(id, context);
    if (lacking !== undefined) return skipFor(task, lacking);
  }
  const path = (id: string, file: string) => provided(context.cache, getToolchain(context.registry, id), file);
  const script = readFileSync(join(packageRoot, "scripts/target-side/probe.sh"), "utf8");
  // ash reads blocks of 1023 bytes: the last one has only the end of the last line, and `exi` was a command.
  const [first = "", ...others] = script.split("\n");
  const padding = "#".repeat(1 + ((1023 + 4 - ((Buffer.byteLength(script) + 2) % 1023)) % 1023));
  const input = [first, padding, ...others].join("\n");
  expect(Buffer.byteLength(input) % 1023).toBe(4);
  const stdout = execFileSync(path("qemu-user", name), [path(kernel, "busybox"), "sh", "-s", "m1"], { input });
  const records = probeRecords(stdout, "m1");
  expect([...records.keys()].at(-1)).toBe("end");
  const facts = readFacts(records, context.registry);
  expect(facts.userland).toEqual(userland);
  expect(facts.cpu).toMatchObject({ known: true, features: expect.arrayContaining(["crc32"]) });
  expect(facts.kernel.name).toBe("Linux");
});
