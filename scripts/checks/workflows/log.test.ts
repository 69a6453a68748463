import { expect, test } from "vitest";
import { describeLines, parseLines, readJobs } from "./log.ts";

const line = (fields: object) => JSON.stringify({ level: "info", ...fields });
const log = [
  "text of act itself",
  line({ time: "2026-01-01T00:00:00Z", msg: "calls", job: "ci/addon" }),
  line({ time: "2026-01-01T00:00:00Z", msg: "start", job: "ci/addon/build-1  ", matrix: { target: "armv7" } }),
  line({ time: "2026-01-01T00:00:00Z", msg: "start", job: "ci/addon/build-2", step: "Set up job", matrix: { target: "aarch64" } }),
  line({
    time: "2026-01-01T00:01:00Z",
    msg: "built",
    job: "ci/addon/build-1",
    matrix: { target: "armv7" },
    step: "Build",
    stepResult: "success",
    executionTime: 59e9,
  }),
  line({ time: "2026-01-01T00:01:30Z", msg: "done", job: "ci/addon/build-1", matrix: { target: "armv7" }, jobResult: "success" }),
].join("\n");

test("jobs of a log, with the times of their steps", () => {
  expect(readJobs(parseLines(log))).toEqual([
    {
      name: "ci/addon/build (armv7)",
      result: "success",
      seconds: 90,
      steps: [{ name: "Build", result: "success", seconds: 59 }],
    },
    { name: "ci/addon/build (aarch64)", result: "ended", seconds: 0, steps: [] },
  ]);
});

test("a log as text", () => {
  expect(describeLines(parseLines(log)).split("\n").slice(0, 3)).toEqual([
    "text of act itself",
    "[ci/addon] calls",
    "[ci/addon/build (armv7)] start",
  ]);
});
