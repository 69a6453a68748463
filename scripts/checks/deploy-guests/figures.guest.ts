// Figures of a deploy to a small emulated board: memory, bytes written to its flash; and how long a service of runit on this machine is away.
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { findDeployObstacle, startDeployGuest } from "../fixtures/deploy/guest.ts";
import { deployContext as context } from "../fixtures/deploy/steps.ts";
import { skipFor } from "../fixtures/skip-for.ts";
import { freePort } from "../fixtures/ssh-guest.ts";
import { downtimeOf, peakOf, printFigure, restOf, startOf, writtenOn } from "../fixtures/guest/figures.ts";
import { bootGuest, type Guest } from "../fixtures/guest/guest.ts";
import { createGuestProject, type GuestProject } from "../fixtures/guest/program.ts";
import { findSmallObstacle, makeSmallGuest } from "../fixtures/guest/small-root.ts";
import { boardkit } from "../e2e/cli.ts";

const KIB = 1024;
const kib = (bytes: number) => `${(bytes / KIB).toFixed(0)} KiB`;
const folder = mkdtempSync(join(tmpdir(), "figures-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("a board with musl, busybox and 128 MiB", () => {
  let obstacle: string | undefined;
  let guest: Guest;
  let project: GuestProject;
  beforeAll(async () => {
    obstacle = await findSmallObstacle(context);
    if (obstacle !== undefined) return;
    const own = join(folder, "small");
    mkdirSync(own);
    guest = await bootGuest(await makeSmallGuest(own, context), own, context);
    project = createGuestProject(join(own, "project"), guest.config);
  }, 600_000);
  afterAll(() => guest?.cut());
  beforeEach((task) => {
    if (obstacle !== undefined) skipFor(task, obstacle);
  });

  /** A deploy that succeeds: the bytes of its files, and those that were written to the disk. */
  async function deployed(...options: string[]): Promise<{ bytes: number; written: number }> {
    const before = await writtenOn(guest, "data");
    const result = await project.deploy(...options);
    expect(result, result.stderr).toMatchObject({ code: 0, outcome: "deployed" });
    return { bytes: result.plan?.bytes ?? 0, written: (await writtenOn(guest, "data")) - before };
  }

  test("flash", async () => {
    await deployed("--trust");
    project.write({ "picture.bin": randomBytes(3_000_000) });
    const large = await deployed();
    project.write({ "menu.txt": "noodles\n" });
    const line = await deployed();
    const before = await writtenOn(guest, "data");
    await guest.ssh("cd /opt && echo x >one && sync one && mv one two && sync");
    const least = (await writtenOn(guest, "data")) - before;
    const goal = ({ bytes }: typeof large) => 1.1 * bytes + 16 * KIB;
    for (const [what, one] of [
      ["3 MB", large],
      ["one line", line],
    ] as const)
      printFigure(`flash written by a change of ${what}, ext4`, `<= ${kib(goal(one))}`, kib(one.written));
    printFigure("flash written by one durable replacement of a file of 2 bytes, ext4", "-", kib(least));
    expect(large.written).toBeLessThanOrEqual(goal(large));
  });

  test("memory", async () => {
    project.write({ "menu.txt": "rice\n", "picture.bin": randomBytes(3_000_000) });
    const peak = await peakOf(guest, deployed);
    await expect.poll(async () => (await restOf(guest, "kitchen")).processes, { timeout: 10_000 }).toEqual(["logger -t boardkit-kitchen "]);
    const rest = await restOf(guest, "kitchen");
    printFigure(
      "memory while deploying 3 MB, proportional set size",
      "<= 2048 KiB",
      `${kib(peak.bytes)} (${peak.processes}), and ${kib(peak.daemonBytes)} of the board's own daemon of ssh for the connection`,
    );
    printFigure(
      "memory at rest",
      "nothing of Boardkit",
      `0 processes of Boardkit; busybox init keeps no log, so that its own logger runs; ${rest.bytes} bytes of files in memory`,
    );
    expect(peak.bytes).toBeLessThanOrEqual(2048 * KIB);
  });
});

describe("runit on this machine", () => {
  const SERVER = `require("node:http").createServer((request, response) => response.end(process.env.GREETING)).listen(Number(process.env.PORT), "127.0.0.1");\n`;

  /** Milliseconds that the server needs by itself. */
  async function ownStart(project: string): Promise<number> {
    const port = await freePort();
    const child = spawn(process.execPath, ["server.js"], { cwd: project, env: { ...process.env, PORT: `${port}` }, stdio: "ignore" });
    try {
      return await startOf(port);
    } finally {
      child.kill();
    }
  }

  test("downtime", async (task) => {
    const obstacle = await findDeployObstacle(context);
    if (obstacle !== undefined) return skipFor(task, obstacle);
    const board = await startDeployGuest(folder, "", context);
    const project = join(folder, "project");
    mkdirSync(project);
    writeFileSync(join(project, "server.js"), SERVER);
    const port = await freePort();
    const deploy = async (greeting: string) => {
      const settings = { service: "runit", services: board.services, folder: join(board.folder, "app"), health: { http: `:${port}/` } };
      const boardkitSettings = { deploy: { ...settings, env: { PORT: `${port}`, GREETING: greeting } } };
      writeFileSync(join(project, "package.json"), JSON.stringify({ name: "app", version: "1.0.0", boardkit: boardkitSettings }));
      const { code, stderr } = await boardkit(["--cwd", project, "deploy", "guest", "--ssh-config", board.guest.config]);
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe(greeting);
    };
    try {
      await deploy("one");
      const starts: number[] = [];
      const downtimes: number[] = [];
      for (const greeting of ["two", "three", "four"]) {
        starts.push(await ownStart(project));
        downtimes.push(await downtimeOf(port, deploy(greeting)));
      }
      const most = Math.min(...starts) + 200;
      const all = downtimes.map((one) => one.toFixed(0)).join(", ");
      printFigure("downtime of a Node program of runit, asked every 5 ms", `<= ${most.toFixed(0)} ms, its own start + 200`, `${all} ms`);
      expect(Math.min(...downtimes)).toBeLessThanOrEqual(most);
    } finally {
      await boardkit(["--cwd", project, "remove", "guest", "--all", "--ssh-config", board.guest.config]);
      await board.end();
    }
  });
});
