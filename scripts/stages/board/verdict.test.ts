// Verdicts on boots: what is at fault if one fails.
import { expect, test } from "vitest";
import { selectSizes } from "../../model/registry.ts";
import { judgeBoot, readCounts } from "./verdict.ts";
import { loadRegistry } from "../../model/read-registry.ts";

const [sized] = selectSizes(loadRegistry(), ["ipq40xx-128"]) as [never];
const programs = (["control", "addon", "smoke"] as const).map((name) => ({ name, argv: ["/bin/node"] }));
const plan = { sized, programs, runtime: { kind: "node", sysroot: {} as never } as const };
const BOOT = { boot: "uptime 2\nrelease 6.1\nMemTotal: 111188 kB\nKernelPageSize: 4 kB" };
const GOOD = {
  ...BOOT,
  "control/output": "v20.11.0\n",
  "control/end": "0 2 3",
  "addon/end": "0 3 4",
  "smoke/result": '{"passed":7,"failed":0,"measures":{"start":"0.81s"}}',
  "smoke/end": "0 4 9",
  end: "",
};
const PANIC = "Kernel panic - not syncing: VFS: Unable to mount root fs";
const KILL = "Out of memory: Killed process 101 (node) total-vm:9kB, anon-rss:8kB";

function judge(records: Record<string, string | undefined>, qemu: { stdout?: string; timedOut?: boolean; exitCode?: number } = {}) {
  const defined = Object.entries(records).flatMap(([name, text]) => (text === undefined ? [] : [[name, text] as const]));
  const outcome = { exitCode: 0, endedBy: undefined, timedOut: false, stdout: "", stderr: "", seconds: 140, ...qemu };
  return judgeBoot(plan, { outcome, records: new Map(defined) });
}

test("a complete boot with passed tests", () => {
  expect(judge(GOOD)).toEqual({ kind: "passed" });
  expect(readCounts(plan, new Map(Object.entries(GOOD)))).toEqual({
    passed: 7,
    failed: 0,
    runtime: "Node 20.11.0",
    measures: { start: "0.81s" },
  });
});

test("a board that passes and does not power off has passed, with a reason", () => {
  expect(judge(GOOD, { timedOut: true })).toMatchObject({ kind: "passed", reason: expect.stringContaining("did not power off") });
});

test.each([
  ["a kernel that panics", {}, { stdout: PANIC }, "board", /did not reach init: Kernel panic .*root fs/, true],
  ["a machine that QEMU refuses", {}, { exitCode: 1 }, "board", /did not reach init: QEMU exited with 1/, true],
  [
    "a kernel without memory",
    {},
    { stdout: `${KILL}\n${PANIC}` },
    "memory",
    /128 MiB are too little for the kernel: Out of memory/,
    undefined,
  ],
  ["a fault that init reports", { ...BOOT, fault: "the disks did not appear\n" }, {}, "board", /^the disks did not appear$/, true],
  [
    "a page size that is not the board's",
    { boot: BOOT.boot.replace("4 kB", "16 kB") },
    {},
    "board",
    /pages of 16 KiB, and the board has pages of 4/,
    undefined,
  ],
  ["no end marker", { ...GOOD, end: undefined }, {}, "board", /no end marker/, true],
  [
    "a control run that crashes",
    { ...BOOT, "control/end": "139 2 3" },
    {},
    "board",
    /control run .* SIGSEGV; the addon is not at fault/,
    true,
  ],
  ["a control run without an end", BOOT, { timedOut: true }, "board", /during the control run .* after 140 s/, true],
  [
    "an instruction that the CPU lacks",
    { ...GOOD, "addon/end": "132 3 4" },
    {},
    "addon",
    /the addon run was ended by SIGILL; the control/,
    true,
  ],
  ["a smoke script that exits 3", { ...GOOD, "smoke/end": "3 4 5" }, {}, "addon", /the smoke run exited with 3/, false],
  [
    "tests that fail",
    { ...GOOD, "smoke/result": '{"passed":6,"failed":1}', "smoke/end": "1 4 5" },
    {},
    "addon",
    /smoke run: 1 failed/,
    true,
  ],
  [
    "tests that fail in a script that exits with 0",
    { ...GOOD, "smoke/result": '{"passed":6,"failed":1}' },
    {},
    "addon",
    /^1 failed$/,
    true,
  ],
  [
    "a script that hangs",
    { ...GOOD, "smoke/end": "137 4 99", "smoke/timeout": "99" },
    {},
    "addon",
    /did not end before the deadline/,
    false,
  ],
  ["an incomplete report", { ...GOOD, "smoke/result": '{"pas' }, {}, "addon", /reports no passed test/, undefined],
  ["a report that is not an object", { ...GOOD, "smoke/result": "null" }, {}, "addon", /reports no passed test/, undefined],
  [
    "an OOM kill",
    { ...GOOD, "smoke/end": "137 4 5", "smoke/killed": `[ 9.1] ${KILL}\n` },
    {},
    "memory",
    /smoke run .* 128 MiB, OOM kill: Out of/,
    undefined,
  ],
  ["V8's own limit", { ...GOOD, "smoke/end": "134 4 5", "smoke/output": "heap out of memory" }, {}, "memory", /V8's own limit/, undefined],
  [
    "a board that ends for lack of memory",
    { ...GOOD, "smoke/end": undefined },
    { stdout: KILL },
    "memory",
    /smoke run does not fit into 128 MiB/,
    undefined,
  ],
])("%s", (_name, records, qemu, kind, reason, mayPass) => {
  const verdict = judge(records, qemu);
  expect(verdict).toMatchObject({ kind, reason: expect.stringMatching(reason) });
  expect(verdict.mayPass).toBe(mayPass);
});

test("the reason has only the end of long output", () => {
  const { reason } = judge({ ...GOOD, "smoke/end": "3 4 5", "smoke/output": `${"x".repeat(60_000)}\nthe end` });
  expect(reason).toMatch(/x\nthe end$/);
  expect(reason?.length).toBeLessThan(3000);
});
