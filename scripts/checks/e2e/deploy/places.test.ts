// Data and releases in other places than the folder of the app, under the shells of real systems.
import {
  chmodSync,
  chownSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, test } from "vitest";
import { settingsText } from "../../../model/deploy/units/settings-file.ts";
import { boardKinds, type TestBoard } from "../../fixtures/deploy/board.ts";
import { packTar, PROGRAMS } from "../../fixtures/deploy/release.ts";
import { deploy, errorOf, good, makeBoard, release, start, stateOf, upload } from "../../fixtures/deploy/steps.ts";
import { until } from "../../fixtures/deploy/supervise.ts";
import { skipFor } from "../../fixtures/skip-for.ts";
import { temporaryFolder } from "../../fixtures/temporary-folder.ts";

beforeEach((task) => {
  if (process.getuid?.() !== 0) skipFor(task, "other users and file systems need root");
});

/** Runs `install` with the settings of a service; it is linked into a folder that nothing looks at. */
function installTar(board: TestBoard, service: { data: string; user?: string }): Buffer {
  const root = temporaryFolder();
  // On a machine the temporary folder above is of root alone.
  chmodSync(board.path(".."), 0o755);
  const services = `${dirname(board.folder)}/services`;
  mkdirSync(join(board.path(".."), "services"), { recursive: true });
  mkdirSync(join(root, board.folder, "sv"), { recursive: true });
  writeFileSync(join(root, board.folder, "sv/run"), "");
  const text = settingsText({ app: "my app", description: "", folder: board.folder, services, ...service }, "runit");
  writeFileSync(join(root, board.folder, "settings"), text);
  return packTar(root);
}

const userOf = (board: TestBoard) => (board.folder.startsWith("/opt") ? { user: "web", uid: 1234 } : { user: "nobody", uid: 65_534 });

describe.for(boardKinds)("$name: the folder of the data", (kind) => {
  test("is made for the app's user, is that of the program, and stays when the app is removed", async (task) => {
    const board = await makeBoard(kind, task);
    const { user, uid } = userOf(board);
    const data = `${dirname(board.folder)}/usb/kitchen`;
    const there = (...parts: string[]) => board.path("../usb/kitchen", ...parts);
    mkdirSync(board.path("../usb"));
    const install = () => good(board, "install", ["t"], installTar(board, { data, user }));
    await install();
    expect(statSync(there())).toMatchObject({ uid });
    expect(existsSync(board.path("data"))).toBe(false);

    const one = release({
      program: `echo "$BOARDKIT_DATA $HOME" >"$BOARDKIT_DATA/says"; ${PROGRAMS.serves}`,
      check: 'echo "$BOARDKIT_DATA"',
    });
    await upload(board, one);
    // Also before the first settings are there.
    rmSync(board.path("settings"));
    expect((await good(board, "check", ["t", one.id, 0, user, data])).text("check")).toBe(`0\n${data}`);
    await install();
    const settings = readFileSync(board.path("settings"), "utf8");
    start(board);
    writeFileSync(board.path("settings"), settings.replace("kind='runit'", "kind='busybox'"));
    await good(board, "activate", ["t", one.id, 3, 60]);
    await until("written", () => existsSync(there("says")) && readFileSync(there("says"), "utf8") !== "");
    expect(readFileSync(there("says"), "utf8")).toBe(`${data} ${data}\n`);
    expect(statSync(there("says")).uid).toBe(uid);

    await good(board, "remove", ["t"]);
    expect(readdirSync(there())).toEqual(["says"]);
  });

  test("goes with --all", async (task) => {
    const board = await makeBoard(kind, task);
    await good(board, "install", ["t"], installTar(board, { data: `${dirname(board.folder)}/usb/kitchen` }));
    writeFileSync(board.path("../usb/kitchen/menu"), "");
    expect((await good(board, "remove", ["t", "all"])).text("kept")).toBe("");
    expect(readdirSync(board.path("../usb"))).toEqual([]);
  });

  test("that was there before keeps its owner, and is never removed", async (task) => {
    const board = await makeBoard(kind, task);
    const { user, uid } = userOf(board);
    const data = `${dirname(board.folder)}/usb`;
    mkdirSync(board.path("../usb"));
    writeFileSync(board.path("../usb/photo"), "");
    expect(await errorOf(board, "install", ["t"], installTar(board, { data, user }))).toBe("DATA_FOLDER");
    expect(statSync(board.path("../usb")).uid).toBe(0);
    chownSync(board.path("../usb"), uid, uid);
    await good(board, "install", ["t"], installTar(board, { data, user }));
    expect(await errorOf(board, "install", ["t"], installTar(board, { data, user: "nobody-there" }))).toBe("NO_USER");
    expect((await good(board, "remove", ["t", "all"])).text("kept")).toBe(data);
    expect(existsSync(board.path("../usb/photo"))).toBe(true);
  });
});

/** As if the power went, and came back: nothing in memory is left. */
function losePower(board: TestBoard, memory: string): void {
  board.endProcesses();
  rmSync(board.memory("."), { recursive: true, force: true });
  rmSync(memory, { recursive: true, force: true });
}

const TMPFS = 0x01_02_19_94;

describe.for(boardKinds)("$name: releases in memory", (kind) => {
  test("are gone with the power; the launcher waits, and the next deploy works", async (task) => {
    const board = await makeBoard(kind, task, "8m");
    const memory = `${board.folder}/memory`;
    const there = (...parts: string[]) => board.path("memory", ...parts);
    const [one, two] = [release({ files: { a: "1", same: "" } }), release({ files: { a: "2", same: "" } })];
    const putThere = () => good(board, "place", ["t", memory]);
    await putThere();
    expect((await good(board, "inventory", ["t"])).text("memory")).toBe(memory);
    start(board);
    await deploy(board, one);
    await upload(board, two, one.id, [".manifest", ".run", "a"]);
    await good(board, "activate", ["t", two.id, 3, 60]);
    await good(board, "confirm", ["t", two.id]);
    expect(await stateOf(board)).toMatchObject({ running: two.id, good: `${two.id} ${one.id}`, volatile: "yes", gone: "" });
    expect(readdirSync(there("releases")).toSorted()).toEqual([one.id, two.id].toSorted());
    expect(lstatSync(board.path("releases")).isSymbolicLink()).toBe(true);
    await good(board, "rollback", ["t", 3, 60]);
    await good(board, "confirm", ["t"]);

    losePower(board, there());
    const supervised = start(board);
    await until("says so", () => supervised.output().includes(`release ${one.id} was in memory, and is gone with the power`));
    await sleep(1500);
    expect(supervised.starts()).toBe(1);
    const state = await stateOf(board);
    expect(state).toMatchObject({ good: `${one.id} ${two.id}`, gone: one.id, volatile: "yes", service: "busybox running" });
    expect(state.running).toBeUndefined();
    expect(await errorOf(board, "restart", ["t"])).toBe("RELEASE_GONE");

    await putThere();
    expect((await good(board, "inventory", ["t"])).text("releases")).toBe("");
    await deploy(board, one);
    expect(await stateOf(board)).toMatchObject({ running: one.id, gone: "" });

    // The power goes while another one is on trial.
    await upload(board, two);
    await good(board, "activate", ["t", two.id, 3, 60]);
    losePower(board, there());
    await putThere();
    await deploy(board, two);
    expect(await stateOf(board)).toMatchObject({ running: two.id, gone: "" });
    await good(board, "remove", ["t", "all"]);
    expect(existsSync(there())).toBe(false);
  });

  test("of another user are not run, and a folder that is not in memory or somebody else's is refused", async (task) => {
    const board = await makeBoard(kind, task, "8m");
    const memory = `${board.folder}/memory`;
    const { uid } = userOf(board);
    const foreign = board.path("foreign");
    mkdirSync(foreign);
    chownSync(foreign, uid, uid);
    symlinkSync("foreign", board.path("link"));
    for (const name of ["foreign", "link", "foreign/deeper"])
      expect(await errorOf(board, "place", ["t", `${board.folder}/${name}`]), name).toBe("MEMORY_FOLDER");
    const isTmpfs = statfsSync(tmpdir()).type === TMPFS;
    expect(await errorOf(board, "place", ["t", `${dirname(board.folder)}/disk`])).toBe(isTmpfs ? "" : "NOT_IN_MEMORY");

    await good(board, "place", ["t", memory]);
    start(board);
    const one = release({ program: `: >"$BOARDKIT_DATA/ran"; ${PROGRAMS.serves}` });
    mkdirSync(board.path("data"));
    await deploy(board, one);
    await until("it ran", () => existsSync(board.path("data/ran")));
    rmSync(board.path("data/ran"));
    losePower(board, board.path("nothing"));
    chownSync(board.path("memory"), uid, uid);
    const supervised = start(board);
    await until("refused", () => supervised.output().includes("gone with the power"));
    expect(existsSync(board.path("data/ran"))).toBe(false);
    chownSync(board.path("memory"), 0, 0);
  });

  test("do not move while the app is there", async (task) => {
    const board = await makeBoard(kind, task, "8m");
    start(board);
    await deploy(board, release());
    expect(await errorOf(board, "place", ["t", `${board.folder}/memory`])).toBe("OTHER_PLACE");
    expect((await stateOf(board)).volatile).toBe("no");
    await good(board, "remove", ["t"]);
  });
});
