// Runs with a cap on memory: the command, and what an end means.
import { existsSync, chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { expect, test } from "vitest";
import { describeCapped, failOnCap, parseMemory } from "../../commands/capped.ts";
import { addSmoke } from "../../commands/smoke.ts";
import { packageRoot } from "../../lib/paths.ts";
import type { PlannedRun } from "../../model/plan.ts";
import { quietContext } from "../../checks/fixtures/packable-project.ts";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { cappedCommand, judgeEnd, smokeCapped, type CappedRun } from "./memory.ts";

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
  expect(
    cappedCommand({ planned, program: planned.program, volumes: ["/c:/c:ro"], image: "debian", memoryMiB: 64, engine }, "n").join(" "),
  ).toBe(
    "/podman run --name n --memory=64m --memory-swap=64m --network=none --volume /c:/c:ro --env A --env BOARDKIT_RESULT debian /qemu -cpu cortex-a53 /node s.mjs",
  );
  const docker = cappedCommand(
    { planned, program: [], volumes: [], image: "debian", memoryMiB: 64, engine: { ...engine, name: "docker" } },
    "n",
  );
  expect(docker).toContain(`--user=${process.getuid?.()}:${process.getgid?.()}`);
});

/** Smoke with 64 MiB by an engine that is a shell script: of what it does to run, and what it then says of the container. */
async function cappedBy(running: string, inspecting: string) {
  const folder = temporaryFolder();
  const path = join(folder, "podman");
  const calls = join(folder, "calls");
  const script = `echo "$*" >> ${calls}\ncase "$1" in\nrun) ${running};;\ninspect) ${inspecting};;\nesac`;
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  const planned: PlannedRun = {
    kind: "probe",
    cpu: "max",
    emulator: ["/qemu"],
    program: ["/probe", "/addon"],
    control: ["/probe"],
    env: {},
    inputs: [],
  };
  writeFileSync(join(folder, "manifest.json"), JSON.stringify({ schema: 2, artifact: { file: "t.node" } }));
  writeFileSync(join(folder, "t.node"), "");
  const engine = { name: "podman", path, env: {} };
  const rows = smokeCapped([{ target: { triple: "t" }, dist: folder, runs: [planned] }], folder, 64, engine, {
    ...quietContext(),
    cache: "/cache",
  });
  return { rows, folder, calls: () => readFileSync(calls, "utf8") };
}

const OK = `echo '{"ok":true,"exports":[]}'`;
const HELD = 67_108_864;

test("a cap that was in force tells what fits, and only the project's folder can be written", async () => {
  const { rows, folder, calls } = await cappedBy(OK, `echo exited false ${HELD} ${HELD}`);
  expect(await rows).toMatchObject([{ alone: { verdict: "passed" }, addon: { verdict: "passed", text: "1 passed" } }]);
  const first =
    calls()
      .split("\n")
      .find((line) => line.startsWith("run")) ?? "";
  expect(first).toContain(`--volume /cache:/cache:ro --volume ${packageRoot}:${packageRoot}:ro --volume ${folder}:${folder} `);
  const names = [...calls().matchAll(/^run --name (\S+)/gm)].map(([, name]) => name);
  expect(new Set(names).size).toBe(2);
  for (const name of names) expect(calls()).toContain(`rm --force --time 0 ${name}`);
});

test.each([
  ["limits that rootless podman ignores", "exited false 0 0"],
  ["memory limited without swap, as docker says it", `exited false ${HELD} -1`],
  ["memory limited without swap, as podman says it", `exited false ${HELD} 0`],
])("a run proves nothing with %s", async (_name, said) => {
  const { rows, calls } = await cappedBy(OK, `echo ${said}`);
  await expect(rows).rejects.toMatchObject({
    code: "CAP_IGNORED",
    exit: "toolMissing",
    details: { fix: expect.stringContaining("version 2") },
  });
  expect(calls()).toContain("rm --force");
});

test("an engine that fails is not the addon's fault", async () => {
  const { rows } = await cappedBy("echo no runtime >&2; exit 127", `echo created false ${HELD} ${HELD}`);
  await expect(rows).rejects.toMatchObject({ code: "ENGINE_FAILED", details: { tail: expect.stringContaining("no runtime") } });
  const { rows: gone } = await cappedBy(OK, "echo no such container >&2; exit 1");
  await expect(gone).rejects.toMatchObject({ code: "ENGINE_FAILED", details: { tail: "no such container" } });
  const { rows: unlinked } = await cappedBy("echo symbol lookup error >&2; exit 127", `echo stopped false ${HELD} ${HELD}`);
  expect(await unlinked).toMatchObject([{ addon: { verdict: "failed", text: expect.stringContaining("symbol lookup") } }]);
});

test("podman's file of an OOM kill is believed, and is left nowhere", async () => {
  const { rows } = await cappedBy("touch oom; exit 137", `echo exited false ${HELD} ${HELD}`);
  expect(await rows).toMatchObject([{ addon: { verdict: "killed", text: "ended by the kernel's OOM killer (exit 137)" } }]);
  expect(existsSync("oom")).toBe(false);
});

test("a file of one's own and a cap do not go together", async () => {
  const program = new Command().exitOverride();
  addSmoke(program, { env: {}, signal: new AbortController().signal });
  await expect(program.parseAsync(["smoke", "--addon", "x.node", "--memory", "64m"], { from: "user" })).rejects.toMatchObject({
    code: "USAGE",
    exit: "usage",
  });
});

test("the kernel's kill, V8's own end and a failure are told apart", () => {
  const counts = { passed: 3, failed: 0 };
  expect(judgeEnd({ ...ended, exitCode: 137 }, true, counts)).toEqual({
    verdict: "killed",
    text: "ended by the kernel's OOM killer (exit 137)",
  });
  expect(judgeEnd({ ...ended, exitCode: 134 }, false, counts).text).toContain("V8");
  // What an engine that does not see the kernel's kill ends with.
  expect(judgeEnd({ ...ended, exitCode: 137 }, false, counts)).toMatchObject({
    verdict: "killed",
    text: expect.stringContaining("SIGKILL"),
  });
  expect(judgeEnd({ ...ended, exitCode: 137, timedOut: true }, false, counts).verdict).toBe("failed");
  expect(judgeEnd({ ...ended, exitCode: 139, stderr: "other" }, false, counts)).toEqual({
    verdict: "failed",
    text: "exited with 139\nother",
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
      details: expect.objectContaining({ fix: expect.stringContaining("lower its caps") }),
    }),
  );
  expect(() => failOnCap([run("killed")])).toThrow(
    expect.objectContaining({ details: expect.objectContaining({ fix: expect.stringContaining("without the addon either") }) }),
  );
  const failed: CappedRun = { ...run("passed"), addon: { verdict: "failed", text: "exited with 1", seconds: 2 } };
  expect(() => failOnCap([failed])).toThrow(
    expect.objectContaining({
      code: "SMOKE_FAILED",
      details: expect.objectContaining({ fix: expect.stringContaining("memory was not what ended it") }),
    }),
  );
});

test("a size has its unit", () => {
  expect(parseMemory("64m")).toBe(64);
  for (const text of ["64", "64g", "m", "2m"]) expect(() => parseMemory(text)).toThrow("64m say");
});
