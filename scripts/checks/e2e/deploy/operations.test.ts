// The board's half of `boardkit deploy`: every operation of the tool, and the launcher, under the shells of real systems.
import { existsSync, readdirSync, readFileSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { boardKinds } from "../../fixtures/deploy/board.ts";
import { HOSTILE_NAMES, packTar, PROGRAMS, runBy } from "../../fixtures/deploy/release.ts";
import { bringRuntime, deploy, errorOf, good, makeBoard, release, runtime, start, stateOf, upload } from "../../fixtures/deploy/steps.ts";
import { until } from "../../fixtures/deploy/supervise.ts";

describe.for(boardKinds)("$name", (kind) => {
  test("every operation of a deploy, of the next one, and back", async (task) => {
    const board = await makeBoard(kind, task);
    const names = Object.fromEntries(HOSTILE_NAMES.map((name, at) => [`folder ${name}/${name}`, `file ${at}\n`]));
    const one = release({
      files: { ...names, "bin/tool.sh": "exit\n", empty: "" },
      links: { link: "bin/tool.sh" },
      check: 'echo "checks $BOARDKIT_RELEASE"',
    });

    const before = await good(board, "inventory", ["t"]);
    expect(before.text("lock")).toBe("ok");
    expect(before.text("releases")).toBe("");
    expect(before.text("space")).toMatch(/^\d+ (\d+|-)$/);
    await good(board, "receive", ["t", one.id], packTar(one.folder));
    const listed = (await good(board, "files", [one.id])).text("files").split("\n").toSorted();
    expect(listed).toEqual(one.manifest.trimEnd().split("\n").toSorted());
    expect((await good(board, "assemble", ["t", one.id, "-"])).text("wrong")).toBe("");
    expect((await good(board, "check", ["t", one.id, 0])).text("check")).toBe(`0\nchecks ${one.id}`);

    const supervised = start(board);
    await good(board, "activate", ["t", one.id, 3, 60]);
    expect(await stateOf(board)).toMatchObject({ good: "", trial: `${one.id} 2 60`, running: one.id, restarts: "0", volatile: "no" });
    expect((await good(board, "confirm", ["t", one.id])).text("good")).toBe(`${one.id} -`);
    // The link may have been cut before the answer came.
    expect((await good(board, "confirm", ["t", one.id])).text("good")).toBe(`${one.id} -`);

    const two = release({ files: { ...names, "bin/tool.sh": "exit 1\n", empty: "" }, links: { link: "bin/tool.sh" } });
    await upload(board, two, one.id, [".manifest", ".run", "bin/tool.sh"]);
    const shared = `folder ${HOSTILE_NAMES[1]}/${HOSTILE_NAMES[1]}`;
    expect(statSync(board.path("incoming", two.id, shared)).ino).toBe(statSync(board.path("releases", one.id, shared)).ino);
    await good(board, "activate", ["t", two.id, 3, 60]);
    await good(board, "confirm", ["t", two.id]);
    const { pid, running } = await stateOf(board);
    expect(running).toBe(two.id);
    expect(readFileSync(`/proc/${pid}/cmdline`, "utf8")).toBe("sleep\x001000\0");

    await good(board, "rollback", ["t", 3, 60]);
    expect((await good(board, "confirm", ["t"])).text("good")).toBe(`${one.id} ${two.id}`);
    expect((await stateOf(board)).running).toBe(one.id);
    await good(board, "restart", ["t"]);
    await until("running again", async () => (await stateOf(board)).running === one.id);
    expect((await stateOf(board)).restarts).toBe("1");

    await upload(board, release({ files: { third: "" } }));
    await good(board, "prune", ["t", 2]);
    const after = await good(board, "inventory", ["t"]);
    expect(after.text("releases").split("\n").toSorted()).toEqual([one.id, two.id].toSorted());
    expect(after.text("incoming")).toBe("");
    await good(board, "unlock", ["t"]);
    expect((await board.call("logs", [5])).records.has("begin/m1")).toBe(true);

    await supervised.stop();
    writeFileSync(board.path("env"), "A=1\n");
    await good(board, "remove", ["t"]);
    expect(readdirSync(board.path()).toSorted()).toEqual(["env"]);
  });

  test("releases share a runtime, and it goes with the last one that needs it", async (task) => {
    const board = await makeBoard(kind, task);
    const [shell, unused] = [runtime(), runtime("another one")];
    expect(await errorOf(board, "adopt", ["t", shell.id])).toBe("NO_RELEASE");
    await good(board, "receive", ["t", shell.id], packTar(shell.folder));
    expect(await errorOf(board, "adopt", ["t", shell.id])).toBe("NOT_WHOLE");
    await bringRuntime(board, shell);
    await bringRuntime(board, unused);
    const inventory = await good(board, "inventory", ["t"]);
    expect(inventory.text("runtimes").split("\n").toSorted()).toEqual([shell.id, unused.id].toSorted());
    expect(inventory.text("incoming")).toBe("");
    expect((await good(board, "files", [shell.id])).text("files").split("\n").toSorted()).toEqual(
      shell.manifest.trimEnd().split("\n").toSorted(),
    );

    const run = { runtime: shell.id, program: runBy(shell.id, "serve"), check: `${runBy(shell.id, "-c")} 'echo checked'` };
    const [one, two] = ["1", "2"].map((text) => release({ ...run, files: { serve: `# ${text}\nexec sleep 1000\n` } }));
    await upload(board, one!);
    expect((await good(board, "check", ["t", one!.id, 0])).text("check")).toBe("0\nchecked");
    start(board);
    await deploy(board, one!);
    expect(await stateOf(board)).toMatchObject({ running: one!.id, runtime: expect.stringMatching(/^\/.*\nShell 1\.2$/) });
    // An upload needs the one, and the release that runs the other.
    await good(board, "prune", ["t", 2, "0123456789abcdef", unused.id]);
    expect(readdirSync(board.path("runtimes")).toSorted()).toEqual([shell.id, unused.id].toSorted());
    await good(board, "prune", ["t", 2]);
    expect(readdirSync(board.path("runtimes"))).toEqual([shell.id]);

    await deploy(board, two!);
    for (const [text, left] of [
      ["3", [shell.id]],
      ["4", []],
    ] as const) {
      await deploy(board, release({ files: { a: text } }));
      await good(board, "prune", ["t", 2]);
      expect(readdirSync(board.path("runtimes"))).toEqual(left);
    }
    expect(await stateOf(board)).toMatchObject({ runtime: expect.stringMatching(/^\/.*\n$/) });
    writeFileSync(board.path("runtimes/left"), "");
    await good(board, "remove", ["t"]);
    expect(existsSync(board.path("runtimes"))).toBe(false);
  });

  test("an upload that was cut goes on, and wrong files are named", async (task) => {
    const board = await makeBoard(kind, task);
    const one = release({ files: { big: "0123456789".repeat(40_000), "bin/run.sh": "exit\n" }, links: { link: "big" } });
    const tar = packTar(one.folder);
    expect(await errorOf(board, "receive", ["t", one.id], tar.subarray(0, tar.length / 2))).toBe("RECEIVE_FAILED");
    // What has come is listed, for the host to send the rest.
    await good(board, "files", [one.id]);
    await upload(board, one);
    const place = board.path("incoming", one.id);
    writeFileSync(join(place, "big"), "changed");
    writeFileSync(join(place, "more"), "");
    unlinkSync(join(place, "bin/run.sh"));
    expect((await good(board, "assemble", ["t", one.id, "-"])).text("wrong").split("\n").toSorted()).toEqual([
      "extra more",
      "hash big",
      "missing bin/run.sh",
    ]);
    expect(await errorOf(board, "activate", ["t", one.id, 3, 60])).toBe("NOT_WHOLE");
    expect(await errorOf(board, "activate", ["t", "0123456789abcdef", 3, 60])).toBe("NO_RELEASE");
    expect(await errorOf(board, "assemble", ["t", "../../../etc", "-"])).toBe("USAGE");
    writeFileSync(join(place, ".manifest"), "other\n");
    expect(await errorOf(board, "assemble", ["t", one.id, "-"])).toBe("BAD_MANIFEST");
  });

  test("a release that ends at once: its starts run out, and the good one serves", async (task) => {
    const board = await makeBoard(kind, task);
    const one = release();
    start(board);
    await deploy(board, one);
    const two = release({ program: PROGRAMS.crashes });
    await upload(board, two, one.id);
    await good(board, "activate", ["t", two.id, 2, 60]);
    await until("back", async () => (await stateOf(board)).running === one.id);
    expect(await stateOf(board)).toMatchObject({ good: `${one.id} -`, trial: "" });
    // It waits for the records, which the launcher collects beside the good release.
    const failure = await good(board, "failure", [two.id]);
    expect(failure.text("reason")).toBe("it ended at each of its starts before it was confirmed");
    expect(await errorOf(board, "confirm", ["t", two.id])).toBe("TRIAL_LOST");
    expect((await stateOf(board)).failure).toContain(two.id);
    expect(existsSync(board.path("failed", two.id))).toBe(true);
  });

  test("a release that nobody confirms, and that ignores TERM: the timer ends it", async (task) => {
    const board = await makeBoard(kind, task);
    const one = release();
    start(board);
    await deploy(board, one);
    const two = release({ program: PROGRAMS["hangs, and ignores TERM"] });
    await upload(board, two);
    await good(board, "activate", ["t", two.id, 3, 1]);
    await until("back", async () => (await stateOf(board)).running === one.id, 30);
    expect((await good(board, "failure", [two.id])).text("reason")).toBe("it was not confirmed within 1 s");
  });

  test("what the host gives up is over at once", async (task) => {
    const board = await makeBoard(kind, task);
    const [one, two] = [release(), release({ files: { a: "" } })];
    start(board);
    await deploy(board, one);
    await upload(board, two);
    await good(board, "activate", ["t", two.id, 3, 60]);
    expect((await good(board, "abandon", ["t", "it is not healthy"])).text("abandoned")).toBe(two.id);
    await until("back", async () => (await stateOf(board)).running === one.id);
    expect((await good(board, "failure", [two.id])).text("reason")).toBe("it is not healthy");
    expect((await good(board, "abandon", ["t"])).text("abandoned")).toBe("-");
  });

  test("one deploy at a time", async (task) => {
    const board = await makeBoard(kind, task);
    const answers = await Promise.all(["a", "b", "c", "d"].map((token) => good(board, "inventory", [token])));
    const locks = answers.map((answer) => answer.text("lock"));
    expect(locks.filter((lock) => lock === "ok")).toHaveLength(1);
    const holder = ["a", "b", "c", "d"][locks.indexOf("ok")] ?? "";
    expect(locks.filter((lock) => lock !== "ok").map((lock) => lock.split(" ")[0])).toEqual([holder, holder, holder]);
    expect(await errorOf(board, "prune", ["other", 2])).toBe("LOCKED");
    await good(board, "unlock", ["other"]);
    expect(await errorOf(board, "prune", ["other", 2])).toBe("LOCKED");
    await good(board, "unlock", [holder]);
    await good(board, "prune", ["other", 2]);
  });
});
