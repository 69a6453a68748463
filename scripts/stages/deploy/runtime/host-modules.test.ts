import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../checks/fixtures/temporary-folder.ts";
import { hostModules } from "../../../target-side/host/sources.ts";
import { requireHostModules } from "./host-modules.ts";

function folderWith(files: Record<string, string>): string {
  const folder = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

test("the host's own table", async () => {
  const modules = await hostModules();
  expect([...modules]).toEqual(expect.arrayContaining(["assert", "fs/promises", "child_process", "util/types"]));
  expect(modules.has("http")).toBe(false);
});

test("what the host has, and what is no module of Node, passes", async () => {
  const files = {
    "src/server.js": `const fs = require('node:fs'); require("express"); require("./part"); import("../other.mjs");`,
    "src/part/index.js": "require('path')",
    "other.mjs": `import { setTimeout } from "node:timers/promises";\nexport * from "node:util";`,
    "test.js": "require('node:test')",
  };
  await expect(requireHostModules(folderWith(files), "src/server.js")).resolves.toBeUndefined();
});

test.each([
  [{ "server.js": `require("node:http")` }, "server.js loads node:http"],
  [{ "server.js": "import net from 'net';" }, "server.js loads net"],
  [{ "server.js": "import './a.js'", "a.js": "await import(`node:sqlite`)" }, "a.js loads node:sqlite"],
  [
    { "server.js": "require('./a')", "a/index.js": "require('../b.cjs')", "b.cjs": "require('worker_threads')" },
    "b.cjs loads worker_threads",
  ],
])("%j is refused", async (files, tail) => {
  await expect(requireHostModules(folderWith(files as Record<string, string>), "server.js")).rejects.toMatchObject({
    code: "HOST_LACKS",
    details: { tail },
  });
});
