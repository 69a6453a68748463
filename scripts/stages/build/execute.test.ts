// Steps: what an interrupt leaves, progress, and the sizes of crates.
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readElf } from "../../audit/elf/facts.ts";
import { compileShared } from "../../checks/fixtures/fixture.ts";
import { createReporter } from "../../lib/progress/create-reporter.ts";
import { plainRenderer } from "../../lib/progress/renderer.ts";
import type { Progress } from "../../lib/reporter.ts";
import type { Step } from "../../model/plan.ts";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { executeStep } from "./execute.ts";

test("a container is removed before and after a command, also after an interrupt", async () => {
  const folder = temporaryFolder();
  const engine = join(folder, "podman");
  const calls = join(folder, "calls");
  writeFileSync(engine, `#!/bin/sh\necho "$* $CONTAINERS_CONF" >> ${calls}\nexit 1\n`);
  chmodSync(engine, 0o755);
  const step: Step = {
    id: "build",
    argv: ["sh", "-c", `echo started >> ${calls}; sleep 60; true`],
    cwd: folder,
    env: { CONTAINERS_CONF: "/c" },
    inputs: [],
    outputs: [],
    partial: join(folder, ".partial"),
    collect: "in-place",
    cleanUp: [engine, "rm", "--force", "boardkit-1"],
  };
  const abort = new AbortController();
  const begin = () => createReporter(plainRenderer(() => {})).begin("build", "x");
  const executing = executeStep(step, undefined, { key: "k", log: join(folder, "log"), force: false, signal: abort.signal, begin });
  const timer = setInterval(() => readFileSync(calls, { encoding: "utf8", flag: "a+" }).includes("started") && abort.abort(), 20);
  await expect(executing).rejects.toThrow(/abort/i);
  clearInterval(timer);
  const removal = "rm --force boardkit-1 /c";
  expect(readFileSync(calls, "utf8").trim().split("\n")).toEqual([removal, "started", removal]);
});

test("cargo's progress is shown and stays out of the log; waiting for its lock is no part of the time", async () => {
  const folder = temporaryFolder();
  const lines = ["   Compiling x v0.1.0", "    Blocking waiting for file lock on build directory"];
  const bar = "    Building [=>   ] 1/2: x";
  const script = `printf '${lines.join("\\n")}\\n' >&2; sleep 0.4; printf '${bar}\\r' >&2; echo > ${join(folder, ".partial/out")}`;
  const step: Step = {
    id: "build",
    argv: ["sh", "-c", script],
    cwd: folder,
    env: {},
    inputs: [],
    outputs: [join(folder, "out")],
    partial: join(folder, ".partial"),
    collect: "partial",
  };
  const updates: Progress[] = [];
  const begin = () => {
    const running = createReporter(plainRenderer(() => {})).begin("build", "x");
    const update = (progress: Progress) => (updates.push(progress), running.update(progress));
    return { ...running, update };
  };
  const log = join(folder, "log");
  const { record, waited } = await executeStep(step, undefined, {
    key: "k",
    log,
    force: false,
    signal: new AbortController().signal,
    begin,
  });
  expect(updates).toEqual([
    { waitingFor: "cargo's lock on the build directory" },
    { count: { done: 1, of: 2, unit: "units" }, phase: "x" },
  ]);
  expect(waited).toBeGreaterThan(0.3);
  expect(record.seconds).toBeLessThan(waited);
  expect(readFileSync(log, "utf8").trimEnd().split("\n").slice(1)).toEqual(lines);
});

test("the sizes of an addon's crates are read from the map that its linker left, also if nothing was linked now; without one there are none", async () => {
  const folder = temporaryFolder();
  const addon = compileShared("int f(int n) { return n + 1; }", "x86_64-linux-gnu.2.17");
  const map = join(folder, "maps/libx.so.map");
  const build = async (command: string) => {
    const step: Step = {
      id: "build",
      argv: ["sh", "-c", `${command} cp ${addon} ${join(folder, ".partial/x.node")}`],
      cwd: folder,
      env: {},
      inputs: [],
      outputs: [join(folder, "x.node")],
      partial: join(folder, ".partial"),
      collect: "addon",
      map,
    };
    const begin = () => createReporter(plainRenderer(() => {})).begin("build", "x");
    const options = { key: "k", log: join(folder, "log"), force: true, signal: new AbortController().signal, begin };
    return (await executeStep(step, undefined, options)).record.sizes;
  };
  expect(await build("")).toBeUndefined();
  const { sections } = readElf(readFileSync(addon), addon);
  const text = (sections[".text"] ?? 0).toString(16);
  const part = `0 0 ${text} 1         a.o:(.text._ZN8grid_opa4read17h0878d1f047b5429fE)`;
  const linking = `printf '%s\\n' ' VMA LMA Size Align Out' '0 0 ${text} 1 .text' '${part}' > ${map};`;
  expect(await build(linking)).toContainEqual({ kind: "crate", name: "grid_opa", bytes: sections[".text"] });
  expect(await build("")).toContainEqual({ kind: "crate", name: "grid_opa", bytes: sections[".text"] });
});
