import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { createProject } from "../checks/fixtures/crate-project.ts";
import { temporaryFolder } from "../checks/fixtures/temporary-folder.ts";
import { loadRegistry } from "../model/read-registry.ts";
import { commands } from "./index.ts";
import { createProgram } from "./program/program.ts";

const triple = "aarch64-unknown-linux-gnu";

const packageJson = { name: "foreign", version: "0.0.1", napi: { binaryName: "foreign" }, boardkit: { python: "." } };

test.each([
  ["node", /napi.* build --target aarch64-unknown-linux-gnu /],
  ["python", /maturin build .*--target aarch64-unknown-linux-gnu .*--compatibility manylinux_2_17 [^]*# smoke on cortex-a53/],
])("--dry-run prints the commands for %s, and builds nothing", async (binding, command) => {
  const folder = createProject({ "package.json": JSON.stringify(packageJson), "pyproject.toml": "", "src/lib.rs": "" });
  const cache = temporaryFolder();
  let printed = "";
  const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => ((printed += String(text)), true));
  onTestFinished(() => write.mockRestore());
  const args = ["--cwd", folder, "build", "--binding", binding, "--dry-run", "--target", triple];
  const edge = { env: { ...process.env, BOARDKIT_CACHE: cache }, signal: new AbortController().signal, loadRegistry };
  await (await createProgram(commands, args, edge)).parseAsync(args, { from: "user" });
  expect(printed).toMatch(command);
  expect(existsSync(join(folder, "dist"))).toBe(false);
  expect(existsSync(join(cache, "store"))).toBe(false);
});
