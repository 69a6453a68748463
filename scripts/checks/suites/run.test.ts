import { join } from "node:path";
import { expect, test } from "vitest";
import { quietContext } from "../fixtures/packable-project.ts";
import { temporaryFolder } from "../fixtures/temporary-folder.ts";
import { countOne } from "./counts.ts";
import { runSuites } from "./run.ts";
import type { Suite } from "./suite.ts";

const shell = (name: string, script: string): Suite => ({ name, argv: ["sh", "-c", script], timeoutSeconds: 20, count: countOne });

test("a suite that runs beside others ends after them, and counts", async () => {
  const file = join(temporaryFolder(), "made-by-the-second");
  const waits = shell("unit: waits", `until [ -e ${file} ]; do sleep 0.05; done`);
  const makes = shell("unit: makes", `touch ${file}`);
  expect(await runSuites([{ ...waits, beside: true }, makes], "", quietContext())).toMatchObject({ passed: 2, failed: 0 });
});

test("others run in order, and a failure ends none of the suites after it", async () => {
  const file = join(temporaryFolder(), "made-by-the-first");
  const fails = shell("unit: fails", `sleep 0.2; touch ${file}; exit 1`);
  expect(await runSuites([fails, shell("unit: needs", `[ -e ${file} ]`)], "", quietContext())).toMatchObject({ passed: 1, failed: 1 });
});
