// Deploys under a real service manager: Debian's runit, as any user's process.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, onTestFinished, test, type TestContext } from "vitest";
import { getToolchain } from "../../../model/registry.ts";
import { serviceFiles } from "../../../model/deploy/units/units.ts";
import { fetchOptional } from "../../../stages/set-up/fetch.ts";
import { readLauncher } from "../../../target-side/deploy/scripts.ts";
import { provided } from "../../../tools/store/store.ts";
import { boardKinds, type TestBoard } from "../../fixtures/deploy/board.ts";
import { packTar, PROGRAMS, writeRelease } from "../../fixtures/deploy/release.ts";
import { deployContext, good, makeBoard, release, stateOf, upload } from "../../fixtures/deploy/steps.ts";
import { skipFor } from "../../fixtures/skip-for.ts";
import { until } from "../../fixtures/deploy/supervise.ts";
import { temporaryFolder } from "../../fixtures/temporary-folder.ts";

/** Starts runsvdir on a new folder of services, and returns the folder. */
async function startRunit(task: TestContext): Promise<string> {
  const lacking = await fetchOptional("runit", deployContext);
  if (lacking !== undefined) return skipFor(task, lacking);
  const programs = provided(deployContext.cache, getToolchain(deployContext.registry, "runit"), "programs");
  process.env.PATH = `${programs}:${process.env.PATH}`;
  const services = realpathSync(temporaryFolder("services"));
  const runsvdir = spawn("runsvdir", [services], { stdio: "ignore" });
  onTestFinished(async () => {
    const ended = new Promise((resolve) => runsvdir.once("exit", resolve));
    // It passes TERM on to each runsv.
    runsvdir.kill("SIGHUP");
    await ended;
  });
  return services;
}

/** The tar of `install`: the files with their paths from the root. */
function installTar(board: TestBoard, services: string, user?: string): Buffer {
  const root = temporaryFolder();
  const service = { app: "my-app", description: "an app", folder: board.folder, services, ...(user === undefined ? {} : { user }) };
  for (const { path, mode, text } of serviceFiles(service, "runit", readLauncher().text)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text, { mode });
  }
  return packTar(root);
}

test("runit supervises: install, switch, and back by itself", async (task) => {
  const services = await startRunit(task);
  const board = await makeBoard(boardKinds[0]!, task);
  const run = async (one: ReturnType<typeof writeRelease>, starts: number, seconds: number) => {
    await upload(board, one);
    await good(board, "activate", ["t", one.id, starts, seconds]);
  };
  const isRunning = (id: string) => async () => (await stateOf(board)).running === id;
  const tar = installTar(board, services);
  expect((await good(board, "install", ["t"], tar)).text("installed")).toBe("changed");
  expect((await good(board, "install", ["t"], tar)).text("installed")).toBe("same");
  expect((await good(board, "inventory", ["t"])).text("service")).toMatch(/^runit [0-9a-f]{64} stopped$/);

  // Before there is a release nothing starts, however often runsvdir looks.
  await until("a folder of runsv", () => existsSync(board.path("sv/supervise/stat")));
  await sleep(2000);
  expect(readFileSync(board.path("sv/supervise/stat"), "utf8")).toBe("down\n");
  expect((await board.call("logs", [50])).stdout).not.toContain("neither a good release");

  const [one, two] = [release({ files: { a: "1" } }), release({ files: { a: "2" } })];
  await run(one, 3, 60);
  await good(board, "confirm", ["t", one.id]);
  const { pid, service } = await stateOf(board);
  expect(service).toBe("runit running");
  await run(two, 3, 60);
  expect(await isRunning(two.id)()).toBe(true);
  expect(existsSync(`/proc/${pid}`)).toBe(false);
  await good(board, "confirm", ["t", two.id]);

  const three = release({ program: PROGRAMS.crashes });
  await run(three, 2, 60);
  await until("back from the one that crashes", isRunning(two.id));
  const failure = await good(board, "failure", [three.id]);
  expect(failure.text("reason")).toBe("it ended at each of its starts before it was confirmed");
  expect(failure.text("exit")).toBe("exited 3");
  expect(failure.text("log")).toContain("this release cannot start");

  const four = release({ program: PROGRAMS["hangs, and ignores TERM"] });
  await run(four, 2, 1);
  await until("back from the one that hangs", isRunning(two.id), 30);
  expect((await good(board, "failure", [four.id])).text("reason")).toBe("it was not confirmed within 1 s");
  // Neither the log nor the exit is that of another release.
  expect((await good(board, "failure", [four.id])).text("log")).toContain(`release ${four.id} starts, on trial`);
  expect((await good(board, "failure", [four.id])).text("log")).not.toContain("this release cannot start");
  const five = release({ files: { a: "5" } });
  await run(five, 2, 60);
  await good(board, "abandon", ["t", "it is not healthy"]);
  expect((await good(board, "failure", [five.id])).text("exit")).toBe("");

  // The files of the service go with the release: back with the one before, and for good when it is confirmed.
  const settings = () => readFileSync(board.path("settings"), "utf8");
  const before = settings();
  const { username } = userInfo();
  const withUser = installTar(board, services, username);
  expect((await good(board, "install", ["t"], withUser)).text("installed")).toBe("changed");
  await good(board, "restart", ["t"]);
  expect(settings()).toContain(`user='${username}'`);
  await run(three, 1, 60);
  const isBack = async () => (await isRunning(two.id)()) && settings() === before && !existsSync(board.path("before"));
  await until("back from the one that crashes again", isBack);
  await good(board, "install", ["t"], withUser);
  await run(release({ files: { a: "5" } }), 3, 60);
  await good(board, "abandon", ["t", "it is not healthy"]);
  expect(settings()).toBe(before);
  await until("back from the one that was given up", isRunning(two.id), 30);
  await good(board, "install", ["t"], withUser);
  await run(one, 3, 60);
  await good(board, "confirm", ["t", one.id]);
  await good(board, "restart", ["t"]);
  expect(await isRunning(one.id)()).toBe(true);
  expect(settings()).toContain(`user='${username}'`);
  expect(existsSync(board.path("before"))).toBe(false);

  const logs = await board.call("logs", [50]);
  expect([...logs.records.keys()]).toEqual(["begin/m1"]);
  expect(logs.stdout).toContain("this release cannot start");

  await good(board, "remove", ["t", "all"]);
  expect(existsSync(board.path())).toBe(false);
  expect(existsSync(join(services, "boardkit-my-app"))).toBe(false);
}, 120_000);
