// What can be wrong with a host, its disk and the link, over a real ssh: each is a clear error, and the board runs what it ran.
import { createHash, randomBytes } from "node:crypto";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { tarOf } from "../../lib/archive/tar.ts";
import { integrityOf } from "../../lib/hash.ts";
import { cacheRoot } from "../../lib/paths.ts";
import { findDeployObstacle, startDeployGuest, type DeployGuest } from "../fixtures/deploy/guest.ts";
import { testCuts } from "../fixtures/deploy/cuts.ts";
import { createLink } from "../fixtures/deploy/link.ts";
import { createProject, SERVER, type Project } from "../fixtures/deploy/project.ts";
import { until } from "../fixtures/deploy/supervise.ts";
import { quietContext } from "../fixtures/packable-project.ts";
import { skipFor } from "../fixtures/skip-for.ts";
import { start } from "../e2e/cli.ts";

const folder = mkdtempSync(join(tmpdir(), "faults-"));
const context = { ...quietContext(), cache: cacheRoot(process.env) };
/** A profile with a narrow umask that prints 100 KB of any bytes, with what looks like a record, and leaves the line open. */
const NOISE = `umask 077; head -c 100000 /dev/urandom; printf '\\nboardkit begin/x 0\\nboardkit end 0\\n3 updates are pending> '\n`;

let obstacle: string | undefined;
let board: DeployGuest;
beforeAll(async () => {
  // Another user is to enter the folder.
  chmodSync(folder, 0o755);
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

/** A project that is deployed once; its next release differs. */
async function createDeployed(name: string, settings: object = {}): Promise<Project & { before: string }> {
  const project = await createProject(board, name, settings);
  expect(await project.deploy()).toMatchObject({ code: 0, outcome: "deployed" });
  project.write({ "server.js": `// changed\n${SERVER}` });
  return { ...project, before: await project.state() };
}

/** Mounts a file system at the folder of an app, before its first deploy. */
async function mountAt(project: Project, options: string): Promise<void> {
  await project.ssh(`mkdir -p ${project.there} && mount -t tmpfs -o ${options} none ${project.there}`);
  onTestFinished(async () => void (await project.ssh(`umount -l ${project.there}`)));
}

describe("the link", () => {
  test("is cut at any byte of a deploy", async () => {
    const project = await createDeployed("cuts");
    const link = await createLink(board.guest, project.path);
    onTestFinished(link.end);
    const found = await testCuts(project, link, 6);
    process.stderr.write(`cuts: ${found.deployed} deployed all the same, ${found.failed} failed and left the board as it was\n`);
    expect(found.wrong).toEqual([]);
  });

  test("stands still for a moment", async () => {
    const project = await createDeployed("stall");
    const link = await createLink(board.guest, project.path);
    onTestFinished(link.end);
    project.write({ "assets/a.bin": randomBytes(300_000) });
    link.stallAfter(100_000, 3);
    expect(await project.deploy([], link.config)).toMatchObject({ code: 0, outcome: "deployed" });
    expect(link.faults()).toBe(1);
  });
});

describe("the host", () => {
  const fails = async (code: string, project: Project & { before: string }, words: string[], config = board.guest.config) => {
    const { stdout, stderr, code: exit } = await start(["--cwd", project.path, "deploy", ...words, "--ssh-config", config]).ended;
    expect(stderr).toMatch(new RegExp(`✗ ${code}: [^]*\n +fix: `));
    expect({ stdout, exit }).toEqual({ stdout: "", exit: 1 });
    expect(await project.state()).toBe(project.before);
    expect(await project.answer()).toBe("one");
    return stderr;
  };

  test("is not the known one, does not know the key, or is not there", async () => {
    const project = await createDeployed("strangers", { hosts: { kitchen: { groups: ["home"] } } });
    board.guest.know("another");
    onTestFinished(() => board.guest.know("its own"));
    const { stderr } = await start(["--cwd", project.path, "deploy", "guest", "--ssh-config", board.guest.config, "--trust"]).ended;
    expect(stderr).toMatch(/HOST_KEY_CHANGED: guest has another key[^]*fix: /);
    board.guest.know("its own");
    expect(await project.state()).toBe(project.before);
    expect(await fails("HOST_DENIED", project, ["stranger"])).toMatch(/never asks for a password[^]*ssh-copy-id stranger/);
    await fails("HOST_REFUSED", project, ["nobody"]);
    expect(await fails("HOST_UNKNOWN", project, ["no-such-host.invalid"])).toMatch(
      /there is no host no-such-host\.invalid[^]*of boardkit\.deploy\.hosts: kitchen, home/,
    );
  });

  test("has a user who cannot become root, or only with a password", async () => {
    const project = await createDeployed("rootless");
    const none = board.guest.addUser("nosudo", 1234, "");
    expect(await fails("NO_ROOT", project, ["guest"], none)).toMatch(/the user of guest cannot become root[^]*connect as root/);
    // Most machines of tests have no sudo: this one says what the real one says to a user without rights.
    process.stderr.write("stand-in: a script in place of sudo, which wants a password\n");
    const bin = join(folder, "password");
    mkdirSync(bin);
    writeFileSync(join(bin, "sudo"), "#!/bin/sh\necho 'sudo: a password is required' >&2\nexit 1\n", { mode: 0o755 });
    const password = board.guest.addUser("password", 1235, `PATH=${bin}:$PATH\n`);
    expect(await fails("NO_ROOT", project, ["guest"], password)).toMatch(/only with a password[^]*NOPASSWD/);
  });
});

describe("the disk", () => {
  test("is mounted noexec, or read-only", async () => {
    const noexec = await createProject(board, "noexec");
    await mountAt(noexec, "noexec");
    expect(await noexec.deploy()).toMatchObject({
      code: 1,
      outcome: "failed",
      error: { code: "NO_EXEC", fix: expect.stringContaining("without noexec") },
    });
    expect(await noexec.ssh(`ls ${noexec.there}`)).not.toMatch(/releases|incoming|start/);

    const project = await createProject(board, "read-only");
    await mountAt(project, "ro");
    expect(await project.deploy()).toMatchObject({
      outcome: "failed",
      error: { code: "BOARD_FOLDER", detail: expect.stringMatching(/Read-only/) },
    });
    expect((await project.run(["deploy"])).stderr).not.toMatch(/updates are pending|\uFFFD{3}/);
    await project.ssh(`mount -o remount,rw ${project.there}`);
    expect(await project.deploy()).toMatchObject({ outcome: "deployed" });
    // The service has files open there, so that only a second mount over the first can be read-only.
    await project.ssh(`mount --bind ${project.there} ${project.there} && mount -o remount,bind,ro ${project.there}`);
    const before = await project.state();
    project.write({ "server.js": `// changed\n${SERVER}` });
    expect(await project.deploy()).toMatchObject({
      outcome: "failed",
      error: { code: "READ_ONLY", fix: expect.stringContaining("mount") },
    });
    expect(await project.state()).toBe(before);
    expect(await project.answer()).toBe("one");
    await project.ssh(`umount ${project.there}`);
  });

  test("is full at the first byte, before the upload, and in the middle of it", async () => {
    const project = await createProject(board, "full");
    await mountAt(project, "size=4m");
    const fill = `cat /dev/zero >${project.there}/filler 2>/dev/null; true`;
    const empty = `rm -f ${project.there}/filler`;
    await project.ssh(fill);
    expect(await project.deploy()).toMatchObject({
      outcome: "failed",
      error: { code: "BOARD_FOLDER", detail: expect.stringMatching(/[Nn]o space/) },
    });
    await project.ssh(empty);
    expect(await project.deploy()).toMatchObject({ outcome: "deployed" });
    const before = await project.state();
    project.write({ "big.bin": randomBytes(5_000_000) });
    expect(await project.deploy()).toMatchObject({
      outcome: "failed",
      error: { code: "NO_SPACE", message: expect.stringMatching(/nothing was sent/) },
    });
    project.write({ "big.bin": randomBytes(2_000_000) });
    const deploy = project.deploy();
    await project.ssh(`until ls ${project.there}/incoming/*/big.bin; do :; done >/dev/null 2>&1; ${fill}`);
    expect(await deploy).toMatchObject({ outcome: "failed", error: { code: "NO_SPACE" } });
    await project.ssh(empty);
    expect(await project.state()).toBe(before);
    expect(await project.answer()).toBe("one");
    expect(await project.deploy()).toMatchObject({ outcome: "deployed" });
  });
});

test("a lockfile lacks the addon of the board's platform", async () => {
  const project = await createDeployed("lockfile");
  const platforms = { "thing-linux-x64-gnu": "1.0.0", "thing-linux-arm64-gnu": "1.0.0" };
  const tar = tarOf([
    {
      path: "package/package.json",
      mode: 0o644,
      bytes: Buffer.from(JSON.stringify({ name: "thing", version: "1.0.0", optionalDependencies: platforms })),
    },
  ]);
  const file = gzipSync(await buffer(tar));
  const dependencies = { thing: "file:thing.tgz" };
  const json = JSON.parse(readFileSync(join(project.path, "package.json"), "utf8")) as object;
  const locked = { version: "1.0.0", resolved: "file:thing.tgz", integrity: integrityOf(file), optionalDependencies: platforms };
  project.write({
    "thing.tgz": file,
    "package.json": JSON.stringify({ ...json, dependencies }),
    // As npm writes it on a machine of another kind, if its own node_modules are there.
    "package-lock.json": JSON.stringify({
      name: "lockfile",
      version: "1.0.0",
      lockfileVersion: 3,
      packages: { "": { name: "lockfile", version: "1.0.0", dependencies }, "node_modules/thing": locked },
    }),
  });
  expect(await project.deploy()).toMatchObject({
    outcome: "failed",
    error: { code: "LOCKFILE_OUTDATED", message: expect.stringMatching(/Missing: thing-linux/), fix: expect.stringContaining("lockfile") },
  });
  expect(await project.state()).toBe(project.before);
});

test("another user runs the program, though the umask of root lets nobody read", async () => {
  const project = await createProject(board, "other-user", { user: "nobody", env: { PORT: "0" }, health: { exec: ["true"] } });
  project.write({ "server.js": "setInterval(() => undefined, 1000); console.log(`I am ${require('node:os').userInfo().username}`);\n" });
  expect(await project.deploy()).toMatchObject({ outcome: "deployed" });
  await until("written", async () => (await project.run(["logs"])).stdout.includes("I am nobody"));
});

test("a file of variables that is cut off replaces nothing", async () => {
  const project = await createDeployed("env");
  const file = join(project.path, "production.env");
  writeFileSync(file, "GREETING=two\n");
  expect(await project.deploy(["--env-file", file])).toMatchObject({ outcome: "deployed" });
  expect(await project.answer()).toBe("two");
  expect(await project.ssh(`stat -c %a ${project.there}/env`)).toBe("600\n");
});

test("`logs -f` prints what comes, and leaves nothing on the board", async () => {
  const project = await createDeployed("follow");
  const { child, ended } = start(["--cwd", project.path, "logs", "-f", "guest", "--ssh-config", board.guest.config]);
  let seen = "";
  child.stdout?.on("data", (chunk: Buffer) => (seen += chunk));
  await until("the first start", () => seen.includes("it starts"));
  const [first] = [seen.length];
  await project.run(["restart"]);
  await until("the second start", () => seen.slice(first).includes("it starts"));
  const run = createHash("sha256").update(project.there).digest("hex").slice(0, 16);
  const followers = () => project.ssh(`ps ax -o args | grep '[t]ail -n 100 -F .*${run}' || true`);
  expect(await followers()).not.toBe("");
  child.kill("SIGINT");
  expect((await ended).code).toBe(130);
  await until("nobody follows", async () => (await followers()) === "");
});

test.each([
  ["a program that ends at once", "process.exit(3);\n", "TRIAL_LOST"],
  ["a program that hangs and ignores TERM", "process.on('SIGTERM', () => undefined); setInterval(() => undefined, 1000);\n", "UNHEALTHY"],
  ["a program that lives for two seconds", `${SERVER}setTimeout(() => process.exit(5), 2000);\n`, "UNHEALTHY"],
])("%s: the board returns", async (text, server, code) => {
  const name = text.toLowerCase().replaceAll(" ", "-");
  const project = await createDeployed(name);
  const port = `:${project.port}/`;
  const deploy = { folder: project.there, service: "runit", services: board.services, env: { PORT: `${project.port}`, GREETING: "one" } };
  project.write({
    "server.js": server,
    "package.json": JSON.stringify({
      name,
      version: "1.0.0",
      boardkit: { deploy: { ...deploy, health: { http: port, timeout: 3, steady: 4 } } },
    }),
  });
  expect(await project.deploy()).toMatchObject({ code: 1, outcome: "returned", error: { code } });
  await until("back", async () => (await project.answer().catch(() => "")) === "one");
  expect(await project.ssh(`cd ${project.there} && ls trial 2>/dev/null; cat good`)).toMatch(/^[0-9a-f]{16} - [0-9a-f]{8}\n$/);
});
