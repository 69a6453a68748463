import { mkdirSync, readFileSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { groupOf, takeHostUnits } from "./host-units.ts";

function write(folder: string, files: string[], text: string): void {
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
    utimesSync(join(folder, file), 1_700_000_000.25, 1_700_000_000.25);
  }
}

const SYN = [".fingerprint/syn-01ab/invoked.timestamp", ".fingerprint/syn-01ab/lib-syn", "deps/libsyn-01ab.rlib", "deps/syn-01ab.d"];
const SCRIPT = [".fingerprint/libc-02/run-build-script", "build/libc-02/out/x", "build/libc-02/output"];

test("a target directory takes the complete units for this machine that another one beside it has", async () => {
  const folder = temporaryFolder();
  const [one, two] = [join(folder, "one"), join(folder, "two")];
  write(join(one, "release"), [...SYN, ...SCRIPT, ".cargo-lock", "deps/other-09.d"], "one");
  write(join(one, "release"), [".fingerprint/begun-03/invoked.timestamp", "deps/libbegun-03.rlib"], "one");
  write(join(one, "armv7-unknown-linux-musleabihf/release"), SYN, "for the target");
  write(join(two, "release"), ["deps/libsyn-01ab.rlib"], "from a build that was killed");
  await takeHostUnits(two);
  const files = readdirSync(two, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = files.map((entry) => join(entry.parentPath, entry.name).slice(two.length + 1));
  expect(paths.toSorted()).toEqual([...SYN, ...SCRIPT].map((file) => `release/${file}`).toSorted());
  for (const path of paths) {
    expect(readFileSync(join(two, path), "utf8")).toBe("one");
    expect(statSync(join(two, path)).mtimeMs).toBe(1_700_000_000_250);
  }
});

test("a unit that the directory has stays as it is", async () => {
  const folder = temporaryFolder();
  write(join(folder, "one/release"), SYN, "one");
  write(join(folder, "two/release"), SYN, "two");
  await takeHostUnits(join(folder, "two"));
  expect(readFileSync(join(folder, "two/release/deps/libsyn-01ab.rlib"), "utf8")).toBe("two");
});

test("the first target of a group compiles the units, unless a directory beside it has some", () => {
  const folder = temporaryFolder();
  const targetDir = join(folder, "std-prebuilt/one");
  expect(groupOf({ targetDir })).toBe(join(folder, "std-prebuilt"));
  write(join(folder, "std-prebuilt/two/release"), SYN, "two");
  expect(groupOf({ targetDir })).toBeUndefined();
});
