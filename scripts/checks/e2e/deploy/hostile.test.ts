// The board's half of `boardkit deploy` when things are not as they should be: torn files, full disks, races, old locks.
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statfsSync, utimesSync, writeFileSync } from "node:fs";
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { boardKinds, type TestBoard } from "../../fixtures/deploy/board.ts";
import { packTar, PROGRAMS, runBy, type TestRelease } from "../../fixtures/deploy/release.ts";
import { bringRuntime, deploy, errorOf, good, makeBoard, release, runtime, start, stateOf, upload } from "../../fixtures/deploy/steps.ts";
import { skipFor } from "../../fixtures/skip-for.ts";
import { until } from "../../fixtures/deploy/supervise.ts";

/** A line with its checksum, as the board writes it. */
const lineOf = (text: string) => `${text} ${createHash("sha256").update(`${text} `).digest("hex").slice(0, 8)}\n`;

/** Starts the launcher until it runs a program or ends; returns the release that runs, or the exit code. */
async function launch(board: TestBoard): Promise<{ running?: string; code?: number | null; says: string }> {
  const child = board.launch();
  let says = "";
  child.stderr?.on("data", (chunk: Buffer) => (says += chunk));
  let code: number | null | undefined;
  child.once("exit", (status) => (code = status));
  for (;;) {
    const { running } = await stateOf(board);
    if (running !== undefined && code === undefined) {
      child.kill("SIGKILL");
      await until("ended", () => code !== undefined);
      return { running, says };
    }
    if (code !== undefined) return { code, says };
  }
}

/** A board with a confirmed release and one before it. */
async function boardWithTwo(board: TestBoard): Promise<[TestRelease, TestRelease]> {
  const [one, two] = [release({ files: { a: "1" } }), release({ files: { a: "2" } })];
  for (const { id, folder } of [one, two]) {
    mkdirSync(board.path("releases"), { recursive: true });
    execFileSync("cp", ["-a", folder, board.path("releases", id)]);
  }
  const line = lineOf(`${two.id} ${one.id}`);
  for (const name of ["good", "good.copy"]) writeFileSync(board.path(name), line);
  return [one, two];
}

describe.for(boardKinds)("$name", (kind) => {
  test("torn and missing files", async (task) => {
    const board = await makeBoard(kind, task);
    expect(await launch(board)).toMatchObject({ code: 78, says: expect.stringContaining("neither a good release nor one on trial") });
    const [one, two] = await boardWithTwo(board);
    const whole = readFileSync(board.path("good"), "utf8");
    expect(await launch(board)).toMatchObject({ running: two.id });

    writeFileSync(board.path("good"), whole.slice(0, 20));
    expect(await launch(board)).toMatchObject({ running: two.id });
    writeFileSync(board.path("good.copy"), whole.replace(/.\n$/, "x\n"));
    expect(await launch(board)).toMatchObject({ code: 78 });
    writeFileSync(board.path("good"), whole);

    writeFileSync(board.path("trial"), lineOf(`${one.id} 2 60 abcd`).replace(" 2 ", " 9 "));
    expect(await launch(board)).toMatchObject({ running: two.id });
    writeFileSync(board.path("trial"), lineOf(`${one.id} 2 60 abcd`));
    expect(await launch(board)).toMatchObject({ running: one.id });
    expect(readFileSync(board.path("trial"), "utf8")).toBe(lineOf(`${one.id} 1 60 abcd`));
    // The power went before the new good was written.
    writeFileSync(board.path("won"), readFileSync(board.path("trial")));
    rmSync(board.path("trial"));
    expect(await launch(board)).toMatchObject({ running: one.id });
    expect(readFileSync(board.path("good"), "utf8")).toBe(lineOf(`${one.id} ${two.id}`));
    expect(existsSync(board.path("won"))).toBe(false);

    writeFileSync(board.path("trial"), lineOf("0123456789abcdef 2 60 abcd"));
    expect(await launch(board)).toMatchObject({
      running: one.id,
      says: expect.stringContaining("its release or its runtime is not on the board"),
    });
    rmSync(board.path("releases", one.id), { recursive: true });
    expect(await launch(board)).toMatchObject({ running: two.id });

    // A release without its runtime is as good as none.
    const shell = runtime();
    const three = release({ runtime: shell.id, program: runBy(shell.id, "-c 'exec sleep 1000'") });
    execFileSync("cp", ["-a", three.folder, board.path("releases", three.id)]);
    writeFileSync(board.path("good"), lineOf(`${three.id} ${two.id}`));
    expect(await launch(board)).toMatchObject({ running: two.id });
    writeFileSync(board.path("trial"), lineOf(`${three.id} 2 60 abcd`));
    expect(await launch(board)).toMatchObject({ running: two.id, says: expect.stringContaining("its runtime is not on the board") });
    writeFileSync(board.path("good"), lineOf(`${two.id} ${three.id}`));
    expect(await errorOf(board, "rollback", ["t", 3, 60])).toBe("NO_PREVIOUS");
    await bringRuntime(board, shell);
    writeFileSync(board.path("trial"), lineOf(`${three.id} 2 60 abcd`));
    expect(await launch(board)).toMatchObject({ running: three.id });
  });

  test("a full disk, and one that cannot be written", async (task) => {
    if (process.getuid?.() !== 0) return skipFor(task, "a filesystem of its own needs root");
    const board = await makeBoard(kind, task, "1m");
    const [one, two] = await boardWithTwo(board);
    const three = release({ files: { a: "3" } });
    start(board);
    await until("running", async () => (await stateOf(board)).running === two.id);
    await upload(board, three);
    const large = release({ files: { large: "x".repeat(2_000_000), more: "y" } });
    expect(await errorOf(board, "receive", ["t", large.id], packTar(large.folder))).toBe("NO_SPACE");
    await good(board, "prune", ["t", 2, three.id]);
    await upload(board, three);
    fill(board);
    // Nothing but the renames of `activate` fits.
    expect(await errorOf(board, "activate", ["t", three.id, 3, 60])).toBe("NO_SPACE");
    expect((await stateOf(board)).running).toBe(two.id);
    // A trial that was written before the disk was full does not start without its count.
    rmSync(board.path("filler"));
    writeFileSync(board.path("trial"), lineOf(`${one.id} 2 60 abcd`));
    fill(board);
    await good(board, "restart", ["t"]);
    await until("running again", async () => (await stateOf(board)).running === two.id);
    rmSync(board.path("filler"));
    rmSync(board.path("trial"));

    execFileSync("mount", ["-o", "remount,ro", board.path()]);
    expect(await errorOf(board, "receive", ["t", large.id], packTar(large.folder))).toBe("READ_ONLY");
    expect(await errorOf(board, "activate", ["t", three.id, 3, 60])).toBe("READ_ONLY");
    await good(board, "restart", ["t"]);
    await until("running at last", async () => (await stateOf(board)).running === two.id);
    execFileSync("mount", ["-o", "remount,rw", board.path()]);
    await deploy(board, release({ files: { a: "4" } }));
  });

  test("the timer and the host: exactly one of them wins", async (task) => {
    const outcomes: string[] = [];
    const round = async (at: number) => {
      const board = await makeBoard(kind, task);
      const [one, two] = await boardWithTwo(board);
      writeFileSync(board.path("trial"), lineOf(`${one.id} 1 1 abcd`));
      const child = board.launch();
      const ended = new Promise((resolve) => child.once("exit", () => resolve(true)));
      // On a slow machine the trial is over before anybody has looked.
      await until("started", async () => existsSync(board.path("lost")) || (await stateOf(board)).running === one.id);
      await sleep(at);
      const answer = await board.call("confirm", ["t", one.id]);
      const confirmed = answer.text("good") === `${one.id} ${two.id}`;
      expect(answer.text("error")).toMatch(confirmed ? /^$/ : /^TRIAL_LOST /);
      const isOver = await Promise.race([ended, sleep(confirmed ? 1500 : 8000, false)]);
      expect({ isOver, lost: existsSync(board.path("lost")), trial: existsSync(board.path("trial")) }).toEqual({
        isOver: !confirmed,
        lost: !confirmed,
        trial: false,
      });
      expect((await good(board, "inventory", ["t"])).text("good")).toBe(confirmed ? `${one.id} ${two.id}` : `${two.id} ${one.id}`);
      outcomes.push(confirmed ? "confirmed" : "lost");
    };
    for (let batch = 0; batch < 3; batch += 1) await Promise.all([0, 200, 400, 600, 800, 1000].map((at) => round(at + batch * 70)));
    expect(new Set(outcomes)).toEqual(new Set(["confirmed", "lost"]));
  });

  test("times of files count for nothing", async (task) => {
    const board = await makeBoard(kind, task);
    const [one, two] = await boardWithTwo(board);
    for (const id of [one.id, two.id]) utimesSync(board.path("releases", id), 0, 0);
    mkdirSync(board.path("releases/00000000000000aa"));
    utimesSync(board.path("releases/00000000000000aa"), 9_999_999_999, 9_999_999_999);
    await good(board, "prune", ["t", 2]);
    expect(readdirSync(board.path("releases")).toSorted()).toEqual([one.id, two.id].toSorted());
  });

  test("the program's user and environment", async (task) => {
    if (process.getuid?.() !== 0) return skipFor(task, "another user needs root");
    const board = await makeBoard(kind, task);
    const user = board.folder.startsWith("/opt") ? "web" : "nobody";
    const says =
      'echo "$(id -un) $A|$B|$(pwd)|$BOARDKIT_RELEASE" >"$BOARDKIT_DATA/says.partial"; mv "$BOARDKIT_DATA/says.partial" "$BOARDKIT_DATA/says"';
    const one = release({ program: `${says}; ${PROGRAMS.serves}`, check: "id -un; echo $B" });
    mkdirSync(board.path("data"));
    chmodSync(board.path("data"), 0o777);
    // On a machine the temporary folder above is of root alone.
    chmodSync(board.path(".."), 0o755);
    writeFileSync(board.path("env"), '# a comment\n\nA=it\'s $HOME `id` "x"\nnot a name=1\nB= two  words ', { mode: 0o600 });
    await upload(board, one);
    expect((await good(board, "check", ["t", one.id, 0, user])).text("check")).toBe(`0\n${user}\ntwo words`);
    const supervised = start(board);
    writeFileSync(board.path("settings"), `app='my app'\nkind='busybox'\nuser='${user}'\n`);
    await good(board, "activate", ["t", one.id, 3, 60]);
    await until("written", () => existsSync(board.path("data/says")));
    expect(readFileSync(board.path("data/says"), "utf8")).toBe(
      `${user} it's $HOME \`id\` "x"| two  words |${board.folder}/releases/${one.id}|${one.id}\n`,
    );
    writeFileSync(board.path("settings"), "app='my app'\nkind='busybox'\nuser='nobody-there'\n");
    process.kill(Number((await stateOf(board)).pid));
    await until("refused", () => supervised.output().includes("there is no user nobody-there"));
  });

  test("an old lock is taken over", async (task) => {
    const board = await makeBoard(kind, task);
    const lock = board.memory("lock");
    await good(board, "inventory", ["a"]);
    const [boot = "", , at = "", pid = ""] = readFileSync(lock, "utf8").split(" ");
    writeFileSync(lock, `${boot} a ${Number(at) - 121} ${pid} 1\n`);
    expect((await good(board, "inventory", ["b"])).text("lock")).toBe("ok");
    writeFileSync(lock, `another-boot c ${at} ${pid} 1\n`);
    expect((await good(board, "inventory", ["d"])).text("lock")).toBe("ok");
    // The operation of its holder still runs.
    const ticks = /\) (?:\S+ ){19}(\d+)/.exec(readFileSync(`/proc/${process.pid}/stat`, "utf8"))?.[1];
    writeFileSync(lock, `${boot} e ${Number(at) - 500} ${process.pid} ${ticks}\n`);
    expect((await good(board, "inventory", ["f"])).text("lock")).toMatch(/^e 5\d\d$/);
  });
});

/** Fills a filesystem to the last byte. */
function fill(board: TestBoard): void {
  const { bavail, bsize } = statfsSync(board.path());
  writeFileSync(board.path("filler"), Buffer.alloc(bavail * bsize));
}
