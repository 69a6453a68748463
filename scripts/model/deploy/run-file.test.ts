import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { formatRun, type RunFile } from "./run-file.ts";

const hostile = `it's "$HOME" \`id\` \\ ; exit 3\nsecond line *`;

/** Runs a function of the file as the launcher does. */
function call(run: Partial<RunFile>, name: string, folder = temporaryFolder()): string {
  writeFileSync(join(folder, ".run"), formatRun({ flags: [], command: ["true"], env: {}, addons: [], ...run }));
  return execFileSync("sh", ["-c", `. ./.run && ${name}`], { cwd: folder, encoding: "utf8" });
}

test("every word and variable reaches the program as it is", () => {
  const script = "console.log(JSON.stringify([process.argv.slice(1), process.env.HOSTILE, process.execArgv]))";
  const run = {
    node: process.execPath,
    flags: ["--max-old-space-size=48"],
    command: ["-e", script, "--", hostile, ""],
    env: { HOSTILE: hostile },
  };
  expect(JSON.parse(call(run, "program"))).toEqual([[hostile, ""], hostile, ["--max-old-space-size=48", "-e", script]]);
});

test("a program without Node", () => {
  expect(call({ command: ["printf", "<%s>", hostile] }, "program")).toBe(`<${hostile}>`);
});

test("the trial load loads each addon, and fails with the first that does not load", () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, "a b"));
  writeFileSync(join(folder, "a b/it's.cjs"), "console.log('loaded')");
  writeFileSync(join(folder, "bad.node"), "no addon");
  const run = { node: process.execPath, addons: ["a b/it's.cjs"] };
  expect(call(run, "check", folder)).toBe("loaded\n");
  expect(() => call({ ...run, addons: ["bad.node"] }, "check 2>&1", folder)).toThrow(/Command failed/);
  expect(call({ node: process.execPath }, "check")).toBe("");
});

test("the loader of the own addon gets its path", () => {
  const folder = temporaryFolder();
  expect(call({ addon: { variable: "THING_NATIVE_PATH", path: "lib/a b.node" } }, 'printf %s "$THING_NATIVE_PATH"', folder)).toBe(
    join(folder, "lib/a b.node"),
  );
});

/** A folder of the app with a runtime and a release, as the board has them; returns that of the release. */
function withRuntime(id: string, program: string): string {
  const folder = temporaryFolder();
  for (const name of ["releases/aa", `runtimes/${id}/bin`, `runtimes/${id}/own libs`]) mkdirSync(join(folder, name), { recursive: true });
  symlinkSync(process.execPath, join(folder, `runtimes/${id}`, program));
  return join(folder, "releases/aa");
}

test("a runtime that was sent runs script and trial load, and child processes find it with its libraries", () => {
  const release = withRuntime("0123456789abcdef", "bin/node");
  const runtime = join(release, "../../runtimes/0123456789abcdef");
  const sent = { id: "0123456789abcdef", name: "Node 22.23.3", program: "bin/node", libraries: "own libs" };
  writeFileSync(join(release, "s.js"), "console.log(process.argv0, process.env.PATH.split(':')[0], process.env.LD_LIBRARY_PATH)");
  const run = { node: "bin/node", sent, flags: ["--max-old-space-size=48"], command: ["./s.js"] };
  expect(call(run, "program", release)).toBe(`${runtime}/bin/node ${runtime}/bin ${runtime}/own libs\n`);
  expect(readFileSync(join(release, ".run"), "utf8").split("\n")[1]).toBe("runtime=0123456789abcdef # Node 22.23.3");
  // Also without addons: that it starts on this board is not known before.
  expect(readFileSync(join(release, ".run"), "utf8")).toMatch(/^check\(\) \{ "\$runtime_folder"\/bin\/node -e '/m);
  expect(call(run, "check", release)).toBe("");
  expect(
    call({ ...run, node: undefined, flags: [], command: ["node", "-p", "process.argv0"] } as Partial<RunFile>, "program", release),
  ).toBe("node\n");
});

test("a runtime that is not there: nothing runs in its place", () => {
  const release = withRuntime("0123456789abcdef", "bin/node");
  const sent = { id: "fedcba9876543210", name: "Node 22.23.3", program: "bin/node" };
  expect(() => call({ node: "bin/node", sent, command: ["-p", "1"] }, "program 2>&1", release)).toThrow(/Command failed/);
});
