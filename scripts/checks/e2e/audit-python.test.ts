// `boardkit audit --python` of names and wheels, with an index of its own: a folder.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { strToU8, zipSync } from "fflate";
import { createTar } from "nanotar";
import { expect, test } from "vitest";
import { auditReport } from "../../audit/document.ts";
import { compileShared } from "../fixtures/fixture.ts";
import { temporaryFolder } from "../fixtures/temporary-folder.ts";
import { boardkit } from "./cli.ts";

const BOARDS = ["--board", "pi-4,pi-2"];
const GNU64 = "aarch64-linux-gnu.2.17";

/** Writes a wheel into a folder; returns its path. */
function wheel(folder: string, file: string, files: Record<string, Uint8Array>, requires: string[] = []): string {
  const [name = "", version = ""] = file.split("-");
  const info = `${name}-${version}.dist-info`;
  const metadata = [
    "Metadata-Version: 2.1",
    `Name: ${name}`,
    `Version: ${version}`,
    ...requires.map((one) => `Requires-Dist: ${one}`),
    "",
  ].join("\n");
  const tag = file
    .replace(/\.whl$/, "")
    .split("-")
    .slice(-3)
    .join("-");
  const path = join(folder, file);
  const all = {
    ...files,
    [`${info}/METADATA`]: strToU8(metadata),
    [`${info}/WHEEL`]: strToU8(`Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: ${tag}\n`),
    [`${info}/RECORD`]: strToU8(""),
  };
  writeFileSync(path, zipSync(all));
  return path;
}

/** Writes a source archive, whose setup.py must never run. */
function sdist(folder: string, name: string, version: string, ran: string): void {
  const base = `${name}-${version}`;
  const files = {
    "setup.py": `open(${JSON.stringify(ran)}, "w")`,
    "PKG-INFO": `Metadata-Version: 2.1\nName: ${name}\nVersion: ${version}\n`,
  };
  const tar = createTar(Object.entries(files).map(([file, data]) => ({ name: `${base}/${file}`, data })));
  writeFileSync(join(folder, `${base}.tar.gz`), gzipSync(tar));
}

const moduleFor = (target: string, flags: string[] = []) =>
  readFileSync(compileShared("extern int helper(void); int PyInit_x(void) { return helper(); }", target, flags, "x.so"));

test("names: wheels of each system with their libraries, a dependency, and what pip compiles", async () => {
  const folder = temporaryFolder();
  const ran = join(folder, "setup-ran");
  const helper = compileShared("int helper(void) { return 1; }", GNU64, ["-Wl,-soname,libhelper-1.so.1"], "libhelper-1.so.1");
  const own = moduleFor(GNU64, [helper, "-Wl,-rpath,$ORIGIN/../whole.libs"]);
  wheel(
    folder,
    "whole-1.0-cp311-cp311-manylinux_2_17_aarch64.whl",
    { "whole/x.cpython-311-aarch64-linux-gnu.so": own, "whole.libs/libhelper-1.so.1": readFileSync(helper) },
    ["part>=1"],
  );
  wheel(folder, "part-1.0-cp39-abi3-manylinux_2_17_aarch64.whl", { "part.abi3.so": moduleFor(GNU64) });
  wheel(folder, "part-1.0-cp39-abi3-linux_armv7l.whl", { "part.abi3.so": moduleFor("arm-linux-gnueabihf.2.17") });
  sdist(folder, "whole", "1.0", ran);
  sdist(folder, "whole", "2.0", ran);
  const env = { PIP_NO_INDEX: "1", PIP_FIND_LINKS: folder, PIP_CONFIG_FILE: "/dev/null" };
  const { stdout, stderr } = await boardkit(["audit", "--python", "whole", ...BOARDS, "--json"], env);
  const [app] = auditReport.parse(JSON.parse(stdout)).apps ?? [];
  expect(app?.packages.map(({ name, version, places }) => [name, version, ...places.map(({ place, files }) => [place, ...files])])).toEqual(
    [
      ["part", "1.0", ["pi-4", "part.abi3.so"], ["pi-2"]],
      ["whole", "1.0, 2.0", ["pi-4", "whole/x.cpython-311-aarch64-linux-gnu.so", "whole.libs/libhelper-1.so.1"], ["pi-2"]],
    ],
  );
  const whole = app?.packages.find(({ name }) => name === "whole");
  const texts = whole?.places.map(({ problems }) => problems.map(({ severity, text }) => `${severity}: ${text}`));
  expect(texts?.[0]).toContain("warning: is compiled at installation: pip takes the source of 2.0, and 1.0 is the newest with a wheel");
  expect(texts?.[1]).toEqual([
    expect.stringMatching(/^warning: is compiled at installation: no wheel of it is for manylinux_2_\d+_armv7l and Python 3.11/),
  ]);
  expect(existsSync(ran), stderr).toBe(false);
});

test("a wheel for another system is refused there", async () => {
  const path = wheel(temporaryFolder(), "a-1.0-cp311-cp311-manylinux_2_17_aarch64.whl", { "a.so": moduleFor(GNU64) });
  const { stdout, code } = await boardkit(["audit", "--python", path, ...BOARDS]);
  expect(stdout).toMatch(/cannot be installed: pip refuses a-1\.0-cp311-cp311-manylinux_2_17_aarch64\.whl there/);
  expect(code).toBe(1);
  expect((await boardkit(["audit", "--python", path, "--board", "pi-4"])).code).toBe(0);
  const later = await boardkit(["audit", "--python", path, "--board", "pi-4", "--python-version", "3.13"]);
  expect(later.code).toBe(1);
});

test.each([
  ["an unknown name", ["nothing-here"], /PACKAGE_UNKNOWN: no index of pip has nothing-here/],
  ["a folder", ["./folder"], /NO_INPUT: "\.\/folder" is no package of an index/],
  [
    "a target, which has no Python",
    ["x", "--target", "aarch64-unknown-linux-gnu"],
    /NO_PYTHON: the Python of aarch64-unknown-linux-gnu is not known/,
  ],
  ["a wrong version of Python", ["x", "--python-version", "3"], /expected a version such as 3\.11/],
])("%s", async (_name, args, text) => {
  const env = { PIP_NO_INDEX: "1", PIP_FIND_LINKS: temporaryFolder(), PIP_CONFIG_FILE: "/dev/null" };
  const where = args.includes("--target") ? [] : ["--board", "pi-4"];
  const { stderr, code } = await boardkit(["audit", "--python", ...args, ...where], env);
  expect(stderr).toMatch(text);
  expect(code).toBe(2);
});

test("an index that does not answer", async () => {
  const env = { PIP_INDEX_URL: "http://127.0.0.1:9/simple", PIP_CONFIG_FILE: "/dev/null", PIP_FIND_LINKS: "" };
  const { stderr, code } = await boardkit(["audit", "--python", "six", "--board", "pi-4"], env);
  expect(stderr).toMatch(/REGISTRY_FAILED: pip cannot reach its index/);
  expect(code).toBe(1);
});
