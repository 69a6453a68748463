import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { editScript } from "./manifest-edit.ts";
import { formatManifest, type Entry } from "./manifest.ts";

const file = (path: string, digit = "a"): Entry => ({ path, sha256: digit.repeat(64), mode: 0o644, size: 1 });
const manifest = (...entries: Entry[]) => formatManifest(entries);

/** What sed makes of a text. */
function edit(before: string, script: string): string {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "script"), script);
  return execFileSync("sed", ["-f", join(folder, "script")], { input: before, encoding: "utf8" });
}

const all = ["a", "b c", "d\\e", "f\\", "g's $x", "h", "i"].map((path) => file(path));
const cases: [string, Entry[], Entry[]][] = [
  ["nothing", all, all],
  ["one line", all, all.map((entry) => (entry.path === "d\\e" ? file("d\\e", "b") : entry))],
  ["the first line", all, [file("a", "b"), ...all.slice(1)]],
  ["the last line", all, [...all.slice(0, -1), file("i", "b")]],
  ["all lines", all, all.map(({ path }) => file(path, "b"))],
  ["more lines at the start, in the middle and at the end", all.slice(2, 4), [file("0"), ...all, file("z"), { path: "zz", link: "z" }]],
  ["fewer lines", all, all.slice(2, 4)],
  ["other lines", all.slice(0, 3), all.slice(3)],
];

test.each(cases)("%s", (_name, before, after) => {
  const [old, wanted] = [manifest(...before), manifest(...after)];
  expect(edit(old, editScript(old, wanted))).toBe(wanted);
});

test("random changes", () => {
  let seed = 1;
  const random = (below: number) => (seed = (seed * 48_271) % 2_147_483_647) % below;
  for (let round = 0; round < 100; round += 1) {
    const some = () => all.flatMap(({ path }) => (random(3) === 0 ? [] : [file(path, random(2) === 0 ? "a" : "b")]));
    const [old, wanted] = [manifest(file("+"), ...some()), manifest(...some())];
    expect(edit(old, editScript(old, wanted))).toBe(wanted);
  }
});

test("the script of one change is small", () => {
  const before = manifest(...Array.from({ length: 2000 }, (_, index) => file(`f${index}`)));
  expect(editScript(before, before.replace(/a{64} 0644 1 f7\n/, `${"b".repeat(64)} 0644 1 f7\n`)).length).toBeLessThan(150);
});
