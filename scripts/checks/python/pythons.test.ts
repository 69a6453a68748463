// The selection of a machine's Pythons. Scripts with a fixed exit code replace Pythons.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { findPythons } from "./pythons.ts";
import { temporaryFolder } from "../fixtures/temporary-folder.ts";

function addPython(folder: string, name: string, exitCode = 0): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\nexit ${exitCode}\n`, { mode: 0o755 });
  return path;
}

test("one working Python per minor version since 3.9, those of the PATH first", async () => {
  const folder = temporaryFolder();
  const [first, second, pyenv] = ["first", "second", "pyenv"].map((name) => join(folder, name)) as [string, string, string];
  const ten = addPython(first, "python3.10");
  const nine = addPython(second, "python3.9");
  addPython(second, "python3.10");
  for (const name of ["python3", "python3.8", "python3.13t", "python3.11-config"]) addPython(second, name);
  // A pyenv shim without a selected version.
  addPython(first, "python3.12", 127);
  const twelve = addPython(join(pyenv, "versions/3.12.1/bin"), "python3.12");
  expect(await findPythons(`${first}::${join(folder, "none")}:${second}`, pyenv)).toEqual([
    { path: nine, minor: 9 },
    { path: ten, minor: 10 },
    { path: twelve, minor: 12 },
  ]);
  expect(await findPythons("", join(folder, "none"))).toEqual([]);
});
