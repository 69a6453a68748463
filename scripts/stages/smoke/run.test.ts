// The reasons of failed runs. A shell replaces the emulator, since the tests only need the ways in which it ends.
import { expect, test } from "vitest";
import type { PlannedRun } from "../../model/plan.ts";
import { runProgram } from "./run.ts";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";

function runShell(program: string, control: string, kind: PlannedRun["kind"] = "node", load?: string) {
  const logs = temporaryFolder();
  const planned: PlannedRun = {
    kind,
    cpu: "cortex-a7",
    emulator: ["sh", "-c"],
    program: [program],
    ...(load === undefined ? {} : { load: [load] }),
    control: [control],
    env: {},
    inputs: [],
  };
  return runProgram(planned, logs, new AbortController().signal);
}

const report = (counts: object) => `echo '${JSON.stringify(counts)}' > "$BOARDKIT_RESULT"`;

test("a run that reports passed tests and exits with 0 has passed", async () => {
  const result = await runShell(report({ passed: 3, failed: 0, node: "v20.11.0" }), "exit 9");
  expect(result).toMatchObject({ outcome: "passed", passed: 3, failed: 0, runtime: "Node 20.11.0" });
});

test("SIGILL with a good control run is an instruction that the CPU does not have", async () => {
  const result = await runShell("kill -ILL $$", "true");
  expect(result.outcome).toBe("failed");
  expect(result.reason).toMatch(
    /ended by SIGILL on cortex-a7; the control run [^]*passes, [^]*an instruction that cortex-a7 does not have/,
  );
});

test("if the control run fails too, the addon is not at fault", async () => {
  const result = await runShell("kill -SEGV $$", "kill -SEGV $$");
  expect(result.reason).toMatch(
    /ended by SIGSEGV, and so does the control run [^]*the emulator or its runtime fails on cortex-a7, not the addon/,
  );
});

test.each([
  ["tests that failed, whatever the exit code", report({ passed: 2, failed: 1 }), /^1 failed/],
  ["a script that exits with 0 and reports nothing", "true", /exited with 0 but reported no passed test/],
  ["a script that reports and then fails", `${report({ passed: 2, failed: 0 })}; exit 3`, /exited with 3[^]*the cause is the addon/],
])("%s", async (_name, program, reason) => {
  const result = await runShell(program, "true");
  expect(result.outcome).toBe("failed");
  expect(result.reason).toMatch(reason);
});

test("for a script that uses what the host lacks the addon is only loaded, unless a case has failed", async () => {
  const lack = 'echo "Error: the host has no worker_threads: it runs smoke scripts on targets without Node" >&2; exit 1';
  const loaded = await runShell(lack, "true", "host", report({ passed: 1, failed: 0 }));
  const runtime = "host 1.0, quickjs-ng 0.16, load only: it has no worker_threads";
  expect(loaded).toMatchObject({ outcome: "passed", passed: 1, runtime });
  const dead = await runShell(lack, "true", "host", "kill -ILL $$");
  expect(dead).toMatchObject({ outcome: "failed", runtime, reason: expect.stringMatching(/^sh was|ended by SIGILL on cortex-a7/) });
  expect(await runShell(`${report({ passed: 1, failed: 1 })}; ${lack}`, "true", "host", "true")).toMatchObject({ outcome: "failed" });
  expect(await runShell(lack, "true")).toMatchObject({ outcome: "failed" });
});

test("a folder without test programs is an error, not a pass", async () => {
  const folder = temporaryFolder();
  await expect(runShell(folder, "true", "tests")).rejects.toThrow(/no test program/);
});
