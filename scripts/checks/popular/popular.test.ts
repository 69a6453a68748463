import { expect, test } from "vitest";
import type { AppReport } from "../../audit/app/report.ts";
import { loadRegistry } from "../../model/read-registry.ts";
import { compare } from "./agree.ts";
import { readPopular } from "./list.ts";
import { emulated, predict, type Prediction } from "./predict.ts";
import { readResult } from "./result.ts";
import { ranOf } from "./row.ts";
import { spotsOf } from "./spots.ts";
import { readPythonTruth, readTruth, type Truth } from "./calls/truth.ts";

const runs: Prediction = { verdict: "runs", problems: [] };
const problem = (rule: "cpu/missing-feature" | "cpu/erratum-843419" | "link/library", severity: "error" | "warning" = "error") => ({
  rule,
  severity,
  text: rule,
});
const dies: Prediction = { verdict: "fails", problems: [problem("cpu/missing-feature")] };
const warns: Prediction = { verdict: "warning", problems: [problem("link/library", "warning")] };
const made: Prediction = { verdict: "made", problems: [{ severity: "warning", text: "is compiled at installation" }] };

test("no package and no wheel is listed twice, both are sorted by name, and every place is a board", async () => {
  const { packages, wheels, places } = await readPopular([]);
  for (const names of [packages.map(({ name }) => name), wheels.map(({ name }) => name)]) {
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(names.toSorted());
  }
  expect([packages.length, wheels.length, places.length]).toEqual([expect.toSatisfy((n) => n >= 60), 20, 12]);
  expect(spotsOf(places, loadRegistry(), "/cache").filter(({ machine }) => machine)).toHaveLength(5);
  await expect(readPopular(["no-such-package"])).rejects.toThrow("no popular package's name contains no-such-package");
});

test.each<[string, Prediction, Prediction, Truth["end"], string]>([
  ["it runs and works", runs, runs, "works", "agrees"],
  ["a warning, and it works", warns, warns, "works", "agrees"],
  ["an error, and it works", dies, dies, "works", "false error"],
  ["an error only without the features of QEMU's CPU", dies, runs, "works", "undecided"],
  ["an error, and it crashes", dies, dies, "crashes", "agrees"],
  ["no problem, and it crashes", runs, runs, "crashes", "missed"],
  ["a warning about a library, and it crashes", warns, warns, "crashes", "missed"],
  ["a warning about a library, and it does not load", warns, warns, "does not load", "warned"],
  ["no problem, and there is no file", runs, runs, "no file", "missed"],
  ["made at installation, and there is no file", made, made, "no file", "agrees"],
  ["a wrong call", runs, runs, "unknown", "undecided"],
])("%s", (_what, predicted, generous, end, expected) => {
  expect(compare(predicted, generous, { end, text: "" })).toBe(expected);
});

test("the prediction is that of the worst part that is needed, and a part without a file is made at installation", () => {
  const part = (verdict: "runs" | "warning" | "fails", problems: Prediction["problems"], optional = false, files = ["a.node"]) => ({
    name: "x",
    version: "1.0.0",
    folder: "x",
    dependents: [],
    optional,
    places: [{ place: "pi-4", verdict, files, problems }],
  });
  const reportOf = (...packages: AppReport["packages"]): AppReport => ({ schema: 1, app: "/", packages, neverLoaded: 0, unreadable: [] });
  expect(predict(reportOf(part("runs", []), part("fails", dies.problems)), 0).verdict).toBe("fails");
  expect(predict(reportOf(part("runs", []), part("warning", made.problems, false, [])), 0).verdict).toBe("made");
  expect(predict(reportOf(part("runs", []), part("warning", made.problems, true, [])), 0).verdict).toBe("warning");
  expect(predict(reportOf(), 0).verdict).toBe("runs");
});

test("an error about an erratum is left out beside a run, since QEMU does not emulate it", () => {
  const erratum = problem("cpu/erratum-843419");
  expect(emulated({ verdict: "fails", problems: [erratum] })).toEqual(runs);
  expect(emulated({ verdict: "fails", problems: [erratum, ...dies.problems] })).toEqual(dies);
  expect(emulated({ verdict: "fails", problems: [erratum, ...warns.problems] })).toEqual(warns);
});

const ended = { exitCode: 0, endedBy: undefined, timedOut: false, stdout: "", stderr: "", seconds: 1 };
const reported = (result: object) => ({
  ...ended,
  stdout: `noise\nBOARDKIT_CALL ${JSON.stringify({ dlopen: [], crashes: [], ...result })}\n`,
});

test.each([
  ["the call returned", reported({ ok: true, value: "42" }), "works", "42"],
  ["Node was ended", { ...ended, exitCode: undefined, endedBy: "SIGILL" }, "crashes", "was ended by SIGILL"],
  ["a program was ended, and the package went on", reported({ ok: true, crashes: ["x was ended by SIGILL"] }), "crashes", "x was"],
  [
    "ld.so refused the file",
    reported({ ok: false, messages: ["no binding"], dlopen: ["libudev.so.1: cannot open"] }),
    "does not load",
    "libudev",
  ],
  [
    "no file",
    reported({ ok: false, messages: ["Error: x", "No native build was found for platform=linux"] }),
    "no file",
    "No native build",
  ],
  ["a wrong call", reported({ ok: false, messages: ["x is not a function"] }), "unknown", "x is not a function"],
  [
    "an old Node",
    reported({ ok: false, messages: ["ERR_REQUIRE_ESM: require() of ES Module x not supported."] }),
    "unknown",
    "ERR_REQUIRE_ESM",
  ],
  ["no report", { ...ended, stderr: "first\nlast\n" }, "unknown", "exited with 0 without a report: last"],
  ["no end", { ...ended, exitCode: undefined, endedBy: "SIGTERM", timedOut: true }, "unknown", "timed out"],
])("Node: %s", (_what, outcome, end, text) => {
  expect(readTruth(outcome)).toEqual({ end, text: expect.stringContaining(text) });
});

test.each([
  ["it printed", { ...ended, stdout: "42\n" }, "works", "42"],
  ["it was ended", { ...ended, exitCode: undefined, endedBy: "SIGILL" }, "crashes", "SIGILL"],
  [
    "ld.so refused the file",
    { ...ended, exitCode: 1, stderr: "ImportError: libz.so: cannot open shared object file\n" },
    "does not load",
    "libz",
  ],
  ["a wrong call", { ...ended, exitCode: 1, stderr: "Traceback\nNameError: x\n" }, "unknown", "NameError: x"],
])("Python: %s", (_what, outcome, end, text) => {
  expect(readPythonTruth(outcome)).toEqual({ end, text: expect.stringContaining(text) });
});

test("a difference has the cause of the list or of the emulator, and the text has no folders of this machine", () => {
  const where = { place: "pi-4", cpu: "cortex-a72", runtime: "Node 24" };
  const crash = { end: "crashes" as const, text: "/home/me/.cache/boardkit/store/qemu-1/usr/bin/x was ended by SIGSEGV" };
  const explain = [{ places: ["pi-4"], text: "SIGSEGV", why: "the host's /proc" }];
  const row = ranOf({ explain }, where, { predicted: runs, generous: runs, truth: crash });
  expect(row).toMatchObject({ agreement: "missed", why: "the host's /proc", text: "usr/bin/x was ended by SIGSEGV" });
  expect(ranOf({ explain }, { ...where, place: "pi-5" }, { predicted: runs, generous: runs, truth: crash })).not.toHaveProperty("why");
  const works = ranOf({}, where, { predicted: dies, generous: runs, truth: { end: "works", text: "" } });
  expect(works.why).toBe("QEMU's cortex-a72 has aes and sha2");
});

test("paths of a checkout and of the cache lose their folders, also at the end of a word", () => {
  const text =
    "/home/me/kit/scripts/checks/popular/calls/emulated.cjs:48 Command failed: /home/me/.cache/boardkit/store/qemu-1/usr/bin/x -L /srv/cache/store/sysroot-2 -E /lib/ld-linux.so.1";
  const row = ranOf(
    {},
    { place: "pi-4", cpu: "cortex-a72", runtime: "Node 24" },
    { predicted: runs, generous: runs, truth: { end: "unknown", text } },
  );
  expect(row.text).toBe("scripts/checks/popular/calls/emulated.cjs:48 Command failed: usr/bin/x -L -E /lib/ld-linux.so.1");
});

test("the committed result has no folders of a machine", () => {
  const texts = readResult()?.packages.flatMap(({ runs: all }) => all.map((one) => one.text)) ?? [];
  expect(texts.length).toBeGreaterThan(40);
  expect(texts.filter((one) => /\/(root|home|work|srv|Users)\/|\.cache\//.test(one))).toEqual([]);
});
