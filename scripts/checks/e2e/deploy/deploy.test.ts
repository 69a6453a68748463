// `boardkit deploy` over a real ssh, a real daemon and a real service manager.
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { arch, tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { cacheRoot } from "../../../lib/paths.ts";
import { deployReport } from "../../../model/deploy/report.ts";
import { findDeployObstacle, startDeployGuest, type DeployGuest } from "../../fixtures/deploy/guest.ts";
import { createLink } from "../../fixtures/deploy/link.ts";
import { createProject, SERVER } from "../../fixtures/deploy/project.ts";
import { addonSource, compileShared } from "../../fixtures/fixture.ts";
import { quietContext } from "../../fixtures/packable-project.ts";
import { skipFor } from "../../fixtures/skip-for.ts";
import { boardkit, start } from "../cli.ts";

const folder = mkdtempSync(join(tmpdir(), "deploy-"));
const context = { ...quietContext(), cache: cacheRoot(process.env) };
/** A profile that greets, writes what looks like a record, and leaves the line open. */
const NOISE = "echo 'Welcome'; echo 'boardkit begin/x 0'; echo 'boardkit end 0'; printf '3 updates are pending> '\n";

let obstacle: string | undefined;
let board: DeployGuest;
beforeAll(async () => {
  obstacle = await findDeployObstacle(context);
  if (obstacle === undefined) board = await startDeployGuest(folder, NOISE, context);
}, 300_000);
afterAll(async () => {
  if (obstacle === undefined) await board.end();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach((task) => {
  if (obstacle !== undefined) skipFor(task, obstacle);
});

test("a program becomes a service; a change sends only what has changed", async () => {
  const project = await createProject(board, "kitchen");
  project.write({ "assets/picture.bin": randomBytes(300_000) });
  const plan = await project.deploy(["--dry-run"]);
  expect(plan).toMatchObject({ code: 0, outcome: "planned", plan: { service: "runit", kept: 0, releases: [] } });
  expect(plan.plan?.files.toSorted()).toEqual([".run", "assets/picture.bin", "package.json", "server.js"]);
  expect(existsSync(join(project.there, "releases"))).toBe(false);

  const first = await project.deploy();
  expect(first).toMatchObject({ code: 0, outcome: "deployed", sentFiles: 4, warnings: [expect.stringMatching(/\.env .*left out/)] });
  expect(first.release).toBe(plan.release);
  expect(await project.answer()).toBe("one");

  project.write({ "server.js": SERVER.replace("response.end(", "response.end('changed ' + ") });
  const second = await project.deploy();
  expect(second).toMatchObject({ code: 0, outcome: "deployed", sentFiles: 1, previous: first.release });
  expect(second.sentBytes).toBeLessThan(2048);
  expect(await project.answer()).toBe("changed one");

  expect(await project.deploy()).toMatchObject({ code: 0, outcome: "unchanged", release: second.release, sentFiles: 0 });

  const status = await project.run(["status"]);
  expect(status.stdout).toMatch(new RegExp(`✓ guest +${second.release} +good +/\\S+/node +\\d+ \\w+ +[\\d.]+ MiB +none +0`));
  expect((await project.run(["logs"])).stdout).toMatch(/it starts\n/);

  expect(await project.run(["rollback"])).toMatchObject({ code: 0, stdout: expect.stringContaining(`guest runs ${first.release}`) });
  expect(await project.answer()).toBe("one");
  expect(await project.run(["restart"])).toMatchObject({ code: 0, stdout: expect.stringContaining("restarted") });

  expect(await project.run(["remove"])).toMatchObject({ code: 0 });
  await expect(project.answer()).rejects.toThrow("fetch failed");
  expect(existsSync(join(project.there, "releases"))).toBe(false);
});

test("a one-line change sends at most 8 KB beside the handshake", async () => {
  const project = await createProject(board, "bytes");
  project.write(
    Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`lib/file-${index}.js`, `// ${randomBytes(200).toString("hex")}\n`])),
  );
  const link = await createLink(board.guest, project.path);
  onTestFinished(link.end);
  expect(await project.deploy([], link.config)).toMatchObject({ outcome: "deployed" });
  const before = link.sent();
  await promisify(execFile)("ssh", ["-F", link.config, "guest", "true"]);
  const handshake = link.sent() - before;
  project.write({ "lib/file-7.js": "// changed\n" });
  const all = link.sent();
  const result = await project.deploy([], link.config);
  // The health check has a connection of its own.
  const beside = link.sent() - all - 2 * handshake;
  process.stderr.write(`a change of one file: ${result.sentBytes} bytes of files, ${beside} bytes beside the handshakes\n`);
  expect(result).toMatchObject({ outcome: "deployed", sentFiles: 1 });
  expect(beside).toBeLessThan(8192);
});

test("a program that ends at once: the board returns, and the reason is shown", async () => {
  const project = await createProject(board, "crashes", { confirm: 20 });
  const good = await project.deploy();
  project.write({ "server.js": "console.error('no database at 10.0.0.7'); process.exit(3);\n" });
  const { code, stderr, ...bad } = await project.deploy();
  expect(bad).toMatchObject({ outcome: "returned", previous: good.release });
  expect(bad.failure?.exit).toContain("exited 3");
  expect(bad.failure?.log.join("\n")).toContain("no database at 10.0.0.7");
  expect(stderr).toMatch(/does not run the release/);
  expect(code).toBe(1);
  await expect.poll(project.answer, { timeout: 15_000 }).toBe("one");
  const status = await project.run(["status"]);
  expect(status.stdout).toMatch(/last failure, of [0-9a-f]{16}[^]*no database/);
});

test("a program that is not healthy: the board returns at once, and not only when its time is over", async () => {
  const project = await createProject(board, "unhealthy", { confirm: 300, health: { http: ":1/", timeout: 2 } });
  const { code, error, seconds } = await project.deploy();
  expect(error).toMatchObject({ code: "UNHEALTHY", message: expect.stringMatching(/not healthy after 2 s: no answer with 2xx/) });
  expect(code).toBe(1);
  expect(seconds).toBeLessThan(60);
});

test("an addon for another CPU is refused before anything is sent", async () => {
  const project = await createProject(board, "foreign");
  const other = arch() === "x64" ? "aarch64-linux-gnu.2.17" : "x86_64-linux-gnu.2.17";
  project.write({ "addon.node": readFileSync(compileShared(addonSource(""), other)) });
  const { code, stdout, stderr } = await project.run(["deploy"]);
  expect(stderr).toMatch(/AUDIT_FAILED: the release would not run on .*nothing was sent[^]*│ foreign 1\.0\.0 [^]*fix:/);
  expect(stdout).toBe("");
  expect(code).toBe(1);
  expect(existsSync(project.there)).toBe(false);
});

test("two deploys at once: one works, the other says so", async () => {
  const project = await createProject(board, "twice");
  const results = await Promise.all([project.run(["deploy"]), project.run(["deploy"])]);
  const errors = results.map(({ stderr }) => stderr).join();
  expect(results.map(({ code }) => code).toSorted(), errors).toEqual([0, 1]);
  expect(errors).toMatch(/LOCKED: guest: another deploy holds the lock/);
  expect(await project.answer()).toBe("one");
  expect(await project.deploy()).toMatchObject({ outcome: "unchanged" });
});

test("a link that is cut in the upload: it goes on with what is missing", async () => {
  const project = await createProject(board, "cut");
  project.write(Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`assets/${index}.bin`, randomBytes(300_000)])));
  const link = await createLink(board.guest, project.path);
  onTestFinished(link.end);
  link.cutAfter(2_000_000);
  const result = await project.deploy([], link.config);
  expect(result).toMatchObject({ code: 0, outcome: "deployed" });
  // The files before the cut are not sent again.
  expect(link.sent()).toBeLessThan(4_500_000);
  expect(await project.answer()).toBe("one");
});

describe("an interrupt", () => {
  test("in the upload leaves the board as it was; the next deploy sends the rest", async () => {
    const project = await createProject(board, "stopped");
    expect(await project.deploy()).toMatchObject({ outcome: "deployed" });
    const before = await project.state();
    project.write(Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`assets/${index}.bin`, randomBytes(100_000)])));
    const link = await createLink(board.guest, project.path);
    onTestFinished(link.end);
    link.stallAfter(600_000, 3);
    const { child, ended } = start(["--cwd", project.path, "deploy", "guest", "--ssh-config", link.config]);
    await expect.poll(link.faults, { timeout: 60_000 }).toBe(1);
    child.kill("SIGINT");
    expect((await ended).code).toBe(130);
    expect(await project.state()).toBe(before);
    expect(await project.answer()).toBe("one");
    const next = await project.deploy();
    expect(next).toMatchObject({ outcome: "deployed" });
    expect(next.sentFiles).toBeLessThan(8);
  });

  test("when the link is dead ends in time", async () => {
    const project = await createProject(board, "unheard", { health: { tcp: 1, timeout: 60 }, confirm: 15 });
    const link = await createLink(board.guest, project.path);
    onTestFinished(link.end);
    const { child, ended } = start(["--cwd", project.path, "deploy", "guest", "--ssh-config", link.config]);
    await expect.poll(project.answer, { timeout: 60_000 }).toBe("one");
    link.stallAfter(1, 600);
    await expect.poll(link.faults, { timeout: 10_000 }).toBe(1);
    const interrupted = performance.now();
    child.kill("SIGINT");
    const { code, stderr } = await ended;
    expect({ code, stderr }).toMatchObject({ code: 130, stderr: expect.stringMatching(/guest returns to the release before/) });
    expect((performance.now() - interrupted) / 1000).toBeLessThan(35);
    // Its own timer returns.
    await expect.poll(() => project.answer().catch(() => "ended"), { timeout: 30_000 }).toBe("ended");
  });

  test("leaves the board as it was, without a lock", async () => {
    const project = await createProject(board, "interrupted", { health: { tcp: 1, timeout: 60 }, confirm: 120 });
    const { child, ended } = start(["--cwd", project.path, "deploy", "guest", "--ssh-config", board.guest.config]);
    await expect.poll(project.answer, { timeout: 60_000 }).toBe("one");
    child.kill("SIGINT");
    expect((await ended).code).toBe(130);
    await expect.poll(() => project.answer().catch(() => "ended"), { timeout: 15_000 }).toBe("ended");
    expect(existsSync(join(project.there, "trial"))).toBe(false);
    expect(readdirSync(project.there)).toContain("releases");
  });
});

test("a log that is followed ends at an interrupt, also if no line comes", async () => {
  const project = await createProject(board, "follows");
  expect(await project.deploy()).toMatchObject({ outcome: "deployed" });
  const { child, ended } = start(["--cwd", project.path, "logs", "-f", "guest", "--ssh-config", board.guest.config]);
  await new Promise<void>((resolve) => child.stdout?.once("data", () => resolve()));
  const begun = performance.now();
  child.kill("SIGINT");
  expect(await ended).toMatchObject({ code: 130, stdout: expect.stringContaining("it starts") });
  expect(performance.now() - begun).toBeLessThan(20_000);
});

test("the file of variables is for root only, and no part of a release", async () => {
  const project = await createProject(board, "secrets");
  project.write({ "production.env": "GREETING=from the file $HOME\n" });
  const result = await project.deploy(["--env-file", join(project.path, "production.env")]);
  expect(result).toMatchObject({ outcome: "deployed" });
  expect(await project.answer()).toBe("from the file $HOME");
});

test("several hosts: one that is away is a row, and the exit code says so", async () => {
  const project = await createProject(board, "fleet");
  const { code, stdout, stderr } = await boardkit(["--cwd", project.path, "deploy", "nobody", "guest", "--ssh-config", board.guest.config]);
  expect(stdout).toMatch(/^host +outcome +release +before +sent +wall\n✗ nobody +away [^]*\n✓ guest +deployed +[0-9a-f]{16} /);
  expect(stdout).toMatch(/nobody:\n +HOST_REFUSED: /);
  expect(stderr).toMatch(/HOST_REFUSED: 1 of 2 hosts have failed/);
  expect(code).toBe(1);
  expect(await project.answer()).toBe("one");
});

test("releases in memory and data elsewhere: gone with the power, and back by the next deploy", async () => {
  // /run of the board's own daemon is a tmpfs.
  const memory = "/run/pantry-releases";
  const data = join(folder, "usb/pantry");
  const server = SERVER.replace("response.end(", "response.end(process.env.BOARDKIT_DATA + ");
  const project = await createProject(board, "pantry", { volatile: memory, data });
  project.write({ "server.js": server });
  const first = await project.deploy();
  expect(first, first.stderr).toMatchObject({ code: 0, outcome: "deployed" });
  expect(await project.answer()).toBe(`${data}one`);
  expect(existsSync(data)).toBe(true);
  const onBoard = (script: string) => promisify(execFile)("ssh", ["-F", board.guest.config, "guest", script]);
  expect((await onBoard(`ls ${memory}/releases`)).stdout).toContain(first.release);
  expect(readlinkSync(join(project.there, "releases"))).toBe(`${memory}/releases`);

  project.set({ volatile: false });
  const moved = await project.run(["deploy"]);
  expect(moved.stderr).toMatch(/OTHER_PLACE: .*in memory, in \/run\/pantry-releases, and not on the flash[^]*boardkit remove/);
  project.set({});

  await onBoard(`rm -rf ${memory}; sv force-restart ${board.services}/boardkit-pantry || :`);
  const status = await project.run(["status"]);
  expect(status.stdout).toMatch(/✗ guest +stopped +gone with the power /);
  expect(status.stdout).toContain(`guest: release ${first.release} was in memory, and is gone with the power: deploy again`);
  expect(status.stderr).toMatch(/NOT_RUNNING: [^]*fix: `boardkit deploy` sends it again/);
  expect(status.code).toBe(1);
  expect((await project.run(["restart"])).stderr).toMatch(/RELEASE_GONE/);
  const plan = await project.deploy(["--dry-run"]);
  expect(plan).toMatchObject({ outcome: "planned", release: first.release });
  // The probe does not ask for the space of /run.
  expect(plan.plan?.free).toBeUndefined();
  const again = await project.deploy();
  expect(again, again.stderr).toMatchObject({ code: 0, outcome: "deployed", release: first.release, sentFiles: first.sentFiles });
  expect(await project.answer()).toBe(`${data}one`);

  expect(await project.run(["remove"])).toMatchObject({ code: 0 });
  expect(existsSync(data)).toBe(true);
  expect((await onBoard(`ls ${memory} 2>&1 || :`)).stdout).toMatch(/No such file/);
});

describe("an operation that fails on its only host", () => {
  test("is a row of the document, and leaves no lock", async () => {
    const project = await createProject(board, "fails");
    expect(await project.deploy()).toMatchObject({ outcome: "deployed" });
    const settings = join(project.there, "settings");
    const text = readFileSync(settings, "utf8");
    // This machine has no script of procd.
    writeFileSync(settings, text.replace("kind='runit'", "kind='procd'"));
    const failed = await project.run(["restart", "--json"]);
    expect(deployReport.parse(JSON.parse(failed.stdout)).hosts).toMatchObject([
      {
        host: "guest",
        outcome: "failed",
        error: { code: "SERVICE_FAILED", message: expect.stringContaining("/etc/init.d/boardkit-fails") },
      },
    ]);
    expect(failed.code).toBe(1);
    writeFileSync(settings, text);
    expect(await project.run(["restart"])).toMatchObject({ code: 0, stdout: "✓ guest was restarted\n" });
  });

  test.each(["status", "restart", "rollback", "remove"])("%s --json without an app there, and of a host that is away", async (command) => {
    const project = await createProject(board, "absent");
    const [absent, away] = await Promise.all([
      project.run([command, "--json"]),
      boardkit(["--cwd", project.path, command, "nobody", "--json", "--ssh-config", board.guest.config]),
    ]);
    expect(JSON.parse(absent.stdout)).toMatchObject({ schema: 1, hosts: [{ host: "guest", error: { code: "NOT_DEPLOYED" } }] });
    expect(JSON.parse(away.stdout)).toMatchObject({ schema: 1, hosts: [{ host: "nobody", error: { code: "HOST_REFUSED" } }] });
    expect([absent.code, away.code]).toEqual([1, 1]);
    // As text it is one error, with all that it says.
    const text = await project.run([command]);
    expect(text).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(/NOT_DEPLOYED: [^]*fix: /) });
  });
});
