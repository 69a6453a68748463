import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createPackable, quietContext } from "../../checks/fixtures/packable-project.ts";
import { readProject } from "../../model/project.ts";
import { prepareProject } from "./prepare.ts";

test("the prepare command runs once for the same inputs", async () => {
  const prepare = [process.execPath, "-e", "require('fs').appendFileSync('output', 'x')"];
  const folder = createPackable({ boardkit: { prepare, prepareOutputs: ["output"] } });
  const output = () => readFileSync(join(folder, "output"), "utf8");
  await prepareProject(readProject(folder), quietContext());
  await prepareProject(readProject(folder), quietContext());
  expect(output()).toBe("x");
  await prepareProject(readProject(folder), { ...quietContext(), force: true });
  expect(output()).toBe("xx");
});
