import { describe, expect, test } from "vitest";
import { readFailure, readInventory, readWrong } from "./answers.ts";
import { readState } from "./state.ts";

const records = (texts: Record<string, string>) => new Map(Object.entries(texts).map(([name, text]) => [name, Buffer.from(text)]));

describe("the inventory", () => {
  test("of a board with two releases", () => {
    const answer = {
      lock: "ok",
      good: "aaaa bbbb",
      trial: "",
      releases: "aaaa\nbbbb",
      runtimes: "cccc",
      incoming: "",
      space: "1048576 200",
      mount: "rw,noexec",
      service: "runit 1234 running",
      launcher: "5678",
      settings: "-",
    };
    expect(readInventory(records(answer))).toEqual({
      good: "aaaa",
      previous: "bbbb",
      releases: ["aaaa", "bbbb"],
      runtimes: ["cccc"],
      incoming: [],
      freeBytes: 1_048_576,
      freeInodes: 200,
      mount: ["rw", "noexec"],
      installed: ["1234", "5678"],
      isRunning: true,
    });
  });

  test("of a new board, whose file system has no fixed number of files", () => {
    const answer = {
      lock: "ok",
      good: "",
      trial: "",
      releases: "",
      incoming: "",
      space: "4096 -",
      service: "procd - absent",
      launcher: "-",
      settings: "-",
    };
    expect(readInventory(records(answer))).toEqual({
      releases: [],
      runtimes: [],
      incoming: [],
      freeBytes: 4096,
      mount: [],
      installed: [],
      isRunning: false,
    });
    expect(readInventory(records({ ...answer, good: "aaaa -", space: "4096 0" }))).toMatchObject({ good: "aaaa" });
    expect(readInventory(records({ ...answer, space: "4096 0" })).freeInodes).toBeUndefined();
  });

  test("says who holds the lock", () => {
    expect(readInventory(records({ lock: "token-1 17", space: "1 1" })).locked).toBe("token-1, 17 s after its last operation");
  });
});

test("the state of a running service, and of one that is not there", () => {
  const answer = {
    good: "aaaa -",
    trial: "bbbb 2 30",
    service: "systemd running",
    running: "bbbb",
    pid: "17",
    uptime: "3",
    rss: "4096",
    cap: "1000 not-in-force",
    restarts: "2",
    failure: "cccc\nit was not confirmed\nwithin 1 s",
    volatile: "no",
  };
  expect(readState(records(answer))).toEqual({
    good: "aaaa",
    trial: "bbbb",
    running: "bbbb",
    pid: 17,
    uptime: 3,
    rssBytes: 4096,
    cap: { bytes: 1000, inForce: false },
    restarts: 2,
    failure: { release: "cccc", reason: "it was not confirmed\nwithin 1 s" },
  });
  expect(readState(records({ ...answer, cap: "1000 in-force" })).cap?.inForce).toBe(true);
  expect(readState(records({ good: "", trial: "", service: "systemd absent", failure: "" }))).toEqual({});
});

test("the reason of a failure, and wrong files", () => {
  expect(readFailure(records({ reason: "it ended", exit: "exited 3", oom: "", log: "one\ntwo" }))).toEqual({
    reason: "it ended",
    exit: "exited 3",
    log: ["one", "two"],
  });
  expect(readFailure(records({})).reason).toBe("its reason is not known");
  expect(readWrong(records({ wrong: "hash a b\nmissing c" }))).toEqual(["hash a b", "missing c"]);
  expect(readWrong(records({ wrong: "" }))).toEqual([]);
});
