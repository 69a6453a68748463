import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { readAsked } from "./requirements.ts";

test("names, wheels and files of requirements, which include each other", async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "sub"));
  writeFileSync(join(folder, "a.whl"), "");
  writeFileSync(
    join(folder, "requirements.txt"),
    [
      "# comment",
      "--index-url https://pypi.example.com/simple",
      "numpy >= 1.2, < 3 ; python_version < '3.12'  # why",
      "Zope.Interface[test]==5.0 \\",
      "    --hash=sha256:abc \\",
      "    --hash=sha256:def",
      "-r sub/more.txt",
      "-c constraints.txt",
    ].join("\n"),
  );
  writeFileSync(join(folder, "sub/more.txt"), "six\n-r ../requirements.txt\n");
  const { requirements, wheels, indexes } = await readAsked(["a.whl", "requirements.txt", "pandas"], folder);
  expect(requirements.map(({ text, name, versions }) => [text, name, versions])).toEqual([
    ["numpy>=1.2,<3; python_version < '3.12'", "numpy", ">=1.2,<3"],
    ["Zope.Interface[test]==5.0", "zope-interface", "==5.0"],
    ["six", "six", ""],
    ["pandas", "pandas", ""],
  ]);
  expect(wheels).toEqual([join(folder, "a.whl")]);
  expect(indexes).toEqual(["--index-url", "https://pypi.example.com/simple"]);
});

test.each([
  "-e .",
  "git+https://example.com/x.git",
  "./folder",
  "x @ https://example.com/x.tar.gz",
  "https://example.com/x.whl",
  "--pre",
  "a b",
])("%s would run a setup.py, or is no package", async (text) => {
  await expect(readAsked([text], temporaryFolder())).rejects.toMatchObject({ code: "NO_INPUT", exit: "usage" });
});

test("a file of requirements with such a line is an error", async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "requirements.txt"), "-e git+https://example.com/x.git#egg=x\n");
  await expect(readAsked(["requirements.txt"], folder)).rejects.toThrow(/of requirements.txt is no package of an index/);
});
