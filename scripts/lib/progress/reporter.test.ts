import { EventEmitter } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createScreen } from "../../checks/fixtures/screen.ts";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { whileRunning } from "../reporter.ts";
import { createReporter } from "./create-reporter.ts";
import { liveRenderer } from "./live.ts";
import { plainRenderer } from "./renderer.ts";
import { canDraw } from "./screen.ts";
import { openTimes } from "./times.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const TRIPLE = "aarch64-unknown-linux-gnu";

/** A terminal that keeps what it shows. */
function fakeTerminal(columns = 80, rows = 24) {
  const screen = createScreen();
  const written: string[] = [];
  const write = (text: string) => {
    written.push(text);
    screen.write(text);
    return true;
  };
  const stream = Object.assign(new EventEmitter(), { isTTY: false, columns, rows, write }) as unknown as NodeJS.WriteStream;
  return { stream, written, lines: screen.lines };
}

const paint = (_color: string, text: string) => text;

function live(terminal = fakeTerminal(), times?: ReturnType<typeof openTimes>) {
  const interrupt = new AbortController();
  const reporter = createReporter(liveRenderer(terminal.stream, { paint, signal: interrupt.signal }), times);
  return { reporter, interrupt, ...terminal };
}

/** The first frame loads the module that draws, which takes real time. */
const frames = async (ms: number) => {
  await vi.advanceTimersByTimeAsync(500);
  await vi.dynamicImportSettled();
  await vi.advanceTimersByTimeAsync(ms - 500);
};

test("a log has each line once, and a heartbeat every 30 s for a step that still runs", () => {
  const lines: string[] = [];
  const reporter = createReporter(plainRenderer((text) => lines.push(text)));
  const build = reporter.begin("build", TRIPLE);
  reporter.begin("smoke", TRIPLE).end(true);
  build.update({ count: { done: 40, of: 151, unit: "units" } });
  vi.advanceTimersByTime(59_000);
  build.update({ count: { done: 112, of: 151, unit: "units" } });
  vi.advanceTimersByTime(1000);
  build.end(true);
  reporter.done("build", TRIPLE, 61.2, "3.08 MB");
  vi.advanceTimersByTime(60_000);
  expect(lines).toEqual([
    `… build ${TRIPLE} 30s, 40 of 151 units\n`,
    `… build ${TRIPLE} 60s, 112 of 151 units\n`,
    `✓ build ${TRIPLE} 61.2s 3.08 MB\n`,
  ]);
});

test("a terminal has a line per running step, the total below, and after the end only the lines that stay", async () => {
  const { reporter, lines } = live();
  const tally = reporter.tally(8, "targets");
  tally.add();
  reporter.expect(720);
  const build = reporter.begin("build", TRIPLE);
  const smoke = reporter.begin("smoke node", "armv7-unknown-linux-gnueabihf");
  build.update({ count: { done: 112, of: 151, unit: "units" }, phase: "regorus, grid-opa" });
  await frames(62_000);
  expect(lines()).toEqual([
    "… build      aarch64-unknown-linux-gnu     62s, 112 of 151 units: regorus, gri…",
    "… smoke node armv7-unknown-linux-gnueabihf 62s",
    "  1 of 8 targets, 62s of about 12m 00s",
  ]);
  smoke.end(true);
  reporter.done("smoke node", "armv7-unknown-linux-gnueabihf", 62);
  expect(lines()).toEqual([
    "✓ smoke node armv7-unknown-linux-gnueabihf 62.0s",
    "… build aarch64-unknown-linux-gnu 62s, 112 of 151 units: regorus, grid-opa",
    "  1 of 8 targets, 62s of about 12m 00s",
  ]);
  build.end(true);
  expect(lines()).toEqual(["✓ smoke node armv7-unknown-linux-gnueabihf 62.0s"]);
});

test("a step that ends before the first frame draws nothing", () => {
  const { reporter, written } = live();
  reporter.begin("audit", "x").end(true);
  reporter.done("audit", "x", 0.1);
  vi.advanceTimersByTime(5000);
  expect(written).toEqual(["✓ audit x 0.1s\n"]);
});

test("an interrupt removes the live lines, and nothing is drawn after it", async () => {
  const { reporter, interrupt, lines, written } = live();
  const build = reporter.begin("build", TRIPLE);
  await frames(1000);
  expect(lines()).toEqual([`… build ${TRIPLE} 1s`]);
  interrupt.abort();
  expect(lines()).toEqual([]);
  const before = written.length;
  reporter.begin("smoke", TRIPLE);
  await vi.advanceTimersByTimeAsync(5000);
  build.end(false);
  expect(written).toHaveLength(before);
});

test("more steps than rows are counted", async () => {
  const { reporter, lines } = live(fakeTerminal(80, 8));
  for (let index = 0; index < 10; index += 1) reporter.begin("board", `b${index}`);
  await frames(1000);
  expect(lines()).toHaveLength(5);
  expect(lines().at(-1)).toBe("  6 more, 1s");
});

test("waiting is shown as waiting, and is no part of the recorded time", () => {
  const times = openTimes(join(temporaryFolder(), "times.json"));
  const lines: string[] = [];
  const reporter = createReporter(
    plainRenderer((text) => lines.push(text)),
    times,
  );
  const build = reporter.begin("build", TRIPLE, { key: "k" });
  vi.advanceTimersByTime(10_000);
  build.update({ waitingFor: "cargo's lock on the build directory" });
  vi.advanceTimersByTime(20_000);
  build.update({ phase: "grid-opa" });
  vi.advanceTimersByTime(30_000);
  expect(build.waited()).toBe(20);
  build.end(true);
  expect(lines).toEqual([`… build ${TRIPLE} 20s, waiting for cargo's lock on the build directory\n`, `… build ${TRIPLE} 40s, grid-opa\n`]);
  expect(times.find("k")).toEqual({ seconds: 40 });
});

test("an estimate is of an earlier success with about as much to do; without one there is none", async () => {
  const path = join(temporaryFolder(), "deep/times.json");
  const recorded = { key: "k", byCount: true };
  const once = (done: number, seconds: number, succeeded: boolean) => {
    const build = createReporter(
      plainRenderer(() => {}),
      openTimes(path),
    ).begin("build", "x", recorded);
    build.update({ count: { done, of: 150, unit: "units" } });
    vi.advanceTimersByTime(seconds * 1000);
    build.end(succeeded);
  };
  once(0, 9, false);
  once(0, 110, true);
  once(148, 40, true);
  const { reporter, lines } = live(fakeTerminal(), openTimes(path));
  const build = reporter.begin("build", "x", recorded);
  await frames(1000);
  expect(lines()[0]).toBe("… build x 1s");
  build.update({ count: { done: 5, of: 150, unit: "units" } });
  build.update({ count: { done: 90, of: 150, unit: "units" } });
  await vi.advanceTimersByTimeAsync(1000);
  expect(lines()[0]).toBe("… build x 2s of about 1m 50s, 90 of 150 units");
  const half = reporter.begin("tests", "x", recorded);
  half.update({ count: { done: 75, of: 150, unit: "units" } });
  await vi.advanceTimersByTimeAsync(1000);
  expect(lines()[1]).toBe("… tests x 1s, 75 of 150 units");
});

test("a file of times that was cut off is written again", () => {
  const path = join(temporaryFolder(), "times.json");
  writeFileSync(path, '{"schema": 1, "times": {"k"');
  const times = openTimes(path);
  expect(times.find("k")).toBeUndefined();
  times.add("k", { seconds: 2, bytes: 5 });
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ schema: 1, times: { k: [{ seconds: 2, bytes: 5 }] } });
});

test("the bytes of a download are megabytes", () => {
  const lines: string[] = [];
  const reporter = createReporter(plainRenderer((text) => lines.push(text)));
  reporter.begin("set-up", "zig").update({ count: { done: 12_340_000, of: 98_000_000, unit: "bytes" } });
  vi.advanceTimersByTime(30_000);
  expect(lines).toEqual(["… set-up zig 30s, 12.3 of 98.0 MB\n"]);
});

test("a step that throws ends, and its time is not recorded", async () => {
  const times = openTimes(join(temporaryFolder(), "times.json"));
  const lines: string[] = [];
  const reporter = createReporter(
    plainRenderer((text) => lines.push(text)),
    times,
  );
  await expect(whileRunning(reporter, ["build", "x", { key: "k" }], () => Promise.reject(new Error("no")))).rejects.toThrow("no");
  vi.advanceTimersByTime(60_000);
  expect([lines, times.find("k")]).toEqual([[], undefined]);
});

test("live lines need a terminal that moves its cursor, outside of CI", () => {
  expect(canDraw({ isTTY: true }, { TERM: "xterm" })).toBe(true);
  expect(canDraw({}, { TERM: "xterm" })).toBe(false);
  expect(canDraw({ isTTY: true }, { TERM: "dumb" })).toBe(false);
  expect(canDraw({ isTTY: true }, { TERM: "xterm", CI: "true" })).toBe(false);
});
