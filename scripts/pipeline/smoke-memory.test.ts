// Runs with a cap on memory: the command, and what an end means.
import { expect, test } from "vitest";
import { describeCapped, failOnCap, parseMemory } from "../commands/capped.ts";
import { cappedCommand, judgeEnd, type CappedRun } from "./smoke-memory.ts";

const ended = { exitCode: 0, endedBy: undefined, timedOut: false, seconds: 1, stdout: "", stderr: "" };

test("the container has the cap and no swap, the folders under their own names, and the run's variables", () => {
  const planned = {
    kind: "node" as const,
    cpu: "cortex-a53",
    emulator: ["/qemu", "-cpu", "cortex-a53"],
    program: ["/node", "s.mjs"],
    control: [],
    env: { A: "1" },
    inputs: [],
  };
  const engine = { name: "podman", path: "/podman", env: {} };
  expect(cappedCommand({ planned, program: planned.program, volumes: ["/c"], image: "debian", memoryMiB: 64, engine }, "n").join(" ")).toBe(
    "/podman run --name n --memory=64m --memory-swap=64m --network=none --volume /c:/c --env A --env BOARDKIT_RESULT debian /qemu -cpu cortex-a53 /node s.mjs",
  );
});

test("the kernel's kill, V8's own end and a failure are told apart", () => {
  const counts = { passed: 3, failed: 0 };
  expect(judgeEnd({ ...ended, exitCode: 137 }, true, counts)).toEqual({
    verdict: "killed",
    text: "ended by the kernel's OOM killer (exit 137)",
  });
  expect(judgeEnd({ ...ended, exitCode: 134 }, false, counts).text).toContain("V8");
  expect(judgeEnd({ ...ended, exitCode: 137, stderr: "other" }, false, counts)).toEqual({
    verdict: "failed",
    text: "exited with 137\nother",
  });
  expect(judgeEnd(ended, false, counts)).toEqual({ verdict: "passed", text: "3 passed" });
  expect(judgeEnd(ended, false, { passed: 0, failed: 0 }).verdict).toBe("failed");
  expect(judgeEnd(ended, false, undefined).verdict).toBe("passed");
});

test("the table says what a run proves, and the error whether the addon is what does not fit", () => {
  const run = (alone: "passed" | "killed"): CappedRun => ({
    target: "t",
    kind: "node",
    cpu: "cortex-a53",
    memoryMiB: 64,
    alone: { verdict: alone, text: alone, seconds: 1 },
    addon: { verdict: "killed", text: "ended by the kernel's OOM killer (exit 137)", seconds: 2 },
  });
  expect(describeCapped([run("passed")])).toMatch(
    /t +node on cortex-a53 +64 MiB +passed +ended by the kernel[^]*The cap holds for the emulator too/,
  );
  expect(() => failOnCap([run("passed")])).toThrow(
    expect.objectContaining({
      code: "OUT_OF_MEMORY",
      details: expect.objectContaining({ mend: expect.stringContaining("lower its caps") }),
    }),
  );
  expect(() => failOnCap([run("killed")])).toThrow(
    expect.objectContaining({ details: expect.objectContaining({ mend: expect.stringContaining("without the addon either") }) }),
  );
});

test("a size has its unit", () => {
  expect(parseMemory("64m")).toBe(64);
  for (const text of ["64", "64g", "m", "2m"]) expect(() => parseMemory(text)).toThrow("64m say");
});
