// `boardkit deploy` sends a Node for musl to a small emulated board, which has none: 128 MiB, busybox, dropbear.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { deployContext as context } from "../fixtures/deploy/steps.ts";
import { bootGuest, type Guest } from "../fixtures/guest/guest.ts";
import { answerOf, createGuestProject, type GuestProject } from "../fixtures/guest/program.ts";
import { findSmallObstacle, makeSmallGuest } from "../fixtures/guest/small-root.ts";
import { skipFor } from "../fixtures/skip-for.ts";

const folder = mkdtempSync(join(tmpdir(), "guest-"));
const SERVER = `require("node:http").createServer((request, response) => response.end(process.version + "\\n")).listen(8080);\n`;

let obstacle: string | undefined;
let guest: Guest;
let project: GuestProject;
beforeAll(async () => {
  obstacle = await findSmallObstacle(context, ["node-aarch64-musl"]);
  if (obstacle !== undefined) return;
  guest = await bootGuest(await makeSmallGuest(folder, context, "256M"), folder, context);
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

test("a Node that the board lacks runs the script there, and a change sends one file", async () => {
  const settings = {
    runtime: "node",
    command: undefined,
    entry: "server.js",
    files: ["*.js"],
    health: { tcp: 8080, timeout: 60 },
    confirm: 120,
  };
  project.write({ "server.js": SERVER });
  project.set({ ...settings, runtime: "board" });
  expect((await project.run(["deploy", "--trust"])).stderr).toMatch(/NO_NODE: [^]*"runtime": "node"/);
  project.set(settings);
  const first = await project.deploy();
  expect(first, first.stderr).toMatchObject({ code: 0, outcome: "deployed", target: "aarch64-unknown-linux-musl" });
  const { name = "", bytes = 0, packedBytes = 0 } = first.plan?.runtime ?? {};
  expect(await answerOf(guest)).toBe(`${name.replace("Node ", "v")}\n`);

  project.write({ "server.js": SERVER.replace("process.version", "'changed ' + process.version") });
  const second = await project.deploy();
  expect(second, second.stderr).toMatchObject({ code: 0, outcome: "deployed", sentFiles: 1, previous: first.release });
  expect(await answerOf(guest)).toBe(`changed ${name.replace("Node ", "v")}\n`);
  process.stderr.write(
    `${name}: ${bytes} bytes on the board, ${packedBytes} sent; first deploy ${first.seconds.toFixed(1)} s, a change ${second.seconds.toFixed(1)} s and ${second.sentBytes} bytes\n`,
  );
});
