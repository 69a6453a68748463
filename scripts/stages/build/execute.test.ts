// An interrupted step leaves no running process.
import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createReporter } from "../../lib/progress/create-reporter.ts";
import { plainRenderer } from "../../lib/progress/renderer.ts";
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
