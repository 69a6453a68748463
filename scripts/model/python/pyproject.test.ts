import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { readProject } from "../project.ts";
import { readPyproject } from "./pyproject.ts";

const MATURIN = '[build-system]\nrequires = ["maturin"]\nbuild-backend = "maturin"\n\n';

/** A folder with these files. */
function folderOf(files: Record<string, string>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

test("maturin's places, and the defaults of a package without them", () => {
  const plain = folderOf({ "pyproject.toml": `${MATURIN}[project]\nname = "my-thing"\nversion = "1.2.3"\nlicense = "MIT"\n` });
  expect(readPyproject(plain)).toEqual({
    name: "my-thing",
    version: "1.2.3",
    license: "MIT",
    isMaturin: true,
    manifest: join(plain, "Cargo.toml"),
    modules: join(plain, "my_thing"),
    settings: {},
  });
  const places = '[tool.maturin]\nmanifest-path = "rust/Cargo.toml"\npython-source = "src"\nmodule-name = "thing._native"\n';
  const other = folderOf({ "pyproject.toml": `${places}\n[project]\nlicense = { text = "MIT" }\n\n[tool.boardkit]\nallow = []\n` });
  expect(readPyproject(other)).toMatchObject({
    license: undefined,
    isMaturin: false,
    manifest: join(other, "rust/Cargo.toml"),
    modules: join(other, "src/thing"),
    settings: { allow: [] },
  });
  expect(readPyproject(temporaryFolder())).toBeUndefined();
});

test("a file that is not TOML, and a value of the wrong type, are errors with the place", () => {
  for (const text of ["[project\n", "[project]\nname = 1\n"]) {
    const folder = folderOf({ "pyproject.toml": text });
    expect(() => readPyproject(folder)).toThrow(
      expect.objectContaining({
        code: "BAD_DATA",
        exit: "usage",
        details: expect.objectContaining({ place: join(folder, "pyproject.toml") }),
      }),
    );
  }
});

test("a folder that has only a maturin package is a project without an addon", () => {
  const settings = '[tool.boardkit]\npythonSmoke = "smoke.py"\n';
  const folder = folderOf({ "pyproject.toml": `${MATURIN}[project]\nname = "thing"\nversion = "1.2.3"\n\n${settings}` });
  expect(readProject(folder)).toMatchObject({
    name: "thing",
    version: "1.2.3",
    hasAddon: false,
    settings: { python: ".", pythonSmoke: "smoke.py", targets: [] },
  });
  writeFileSync(join(folder, "pyproject.toml"), `${MATURIN}[tool.boardkit]\nunknown = 1\n`);
  expect(() => readProject(folder)).toThrow(expect.objectContaining({ code: "BAD_DATA", message: expect.stringContaining("unknown") }));
});

test("a name and a version that pyproject.toml lacks are those of Cargo.toml, as for maturin", () => {
  const cargo = '[package]\nname = "thing"\nversion = "2.0.0"\n';
  const dynamic = folderOf({ "pyproject.toml": `${MATURIN}[project]\nname = "other"\ndynamic = ["version"]\n`, "Cargo.toml": cargo });
  expect(readProject(dynamic)).toMatchObject({ name: "other", version: "2.0.0" });
  const none = folderOf({ "pyproject.toml": MATURIN, "Cargo.toml": cargo });
  expect(readProject(none)).toMatchObject({ name: "thing", version: "2.0.0" });
});

test("a package.json with other uses: the setting names the maturin package", () => {
  const folder = folderOf({
    "package.json": JSON.stringify({ name: "docs", boardkit: { python: "." } }),
    "pyproject.toml": `${MATURIN}[project]\nname = "thing"\nversion = "1.2.3"\n`,
  });
  expect(readProject(folder)).toMatchObject({ name: "thing", hasAddon: false });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "docs" }));
  expect(() => readProject(folder)).toThrow(expect.objectContaining({ code: "NOT_NAPI" }));
});
