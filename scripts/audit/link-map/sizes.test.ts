// Real maps of both linkers, of an object with names of two crates, and an archive of a third one.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runZig } from "../../checks/fixtures/fixture.ts";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { parseElf } from "../elf/file.ts";
import { sizeSectionsInFile } from "../elf/sections.ts";
import { readLinkMap } from "./read-map.ts";
import { sizesByOrigin } from "./sizes.ts";

const MAIN = `
  const char *table(int); int used(int);
  int plain(int n) { return table(n)[0] + used(n); }
  __attribute__((section(".text._ZN8grid_opa6bundle4read17h0878d1f047b5429fE"))) int legacy(int n) { return n * 11; }
  __attribute__((section(".text._RNvNtCsjrHSEGnQ3l9_3std2io4read"))) int v0(int n) { return n + 3; }
  char zeros[5000];
`;
const ARCHIVED = "static const char big[3000] = {1}; const char *table(int n) { return big + n; }";
const IN_C = "static const short more[1000] = {2}; int used(int n) { return more[n]; }";

/** Links the library; `-Map` is a flag of both linkers. */
function link(program: string[]): { map: string; sections: Record<string, number> } {
  const folder = temporaryFolder();
  for (const [name, source] of Object.entries({ main: MAIN, archived: ARCHIVED, inC: IN_C })) {
    writeFileSync(join(folder, `${name}.c`), source);
    runZig(["cc", "-target", "x86_64-linux-gnu.2.17", "-O2", "-fPIC", "-ffunction-sections", "-c", "-o", `${name}.o`, `${name}.c`], folder);
  }
  runZig(["ar", "rcs", "libserde_json-0123456789abcdef.rlib", "archived.o"], folder);
  runZig(["ar", "rcs", "libsqlite3.a", "inC.o"], folder);
  const [file = "", ...args] = program;
  const inputs = ["main.o", "libserde_json-0123456789abcdef.rlib", "libsqlite3.a"];
  const call = [...args, "-shared", "--strip-all", "--gc-sections", "-Map=out.map", "-o", "out.so", ...inputs];
  if (file === "zig") runZig(call, folder);
  else execFileSync(file, call, { cwd: folder });
  const path = join(folder, "out.so");
  return { map: readFileSync(join(folder, "out.map"), "utf8"), sections: sizeSectionsInFile(parseElf(readFileSync(path), path)) };
}

test.each([
  ["LLVM's ld", ["zig", "ld.lld"]],
  ["GNU's ld", ["ld"]],
])("%s: each byte of the file has one origin", (_name, program) => {
  const { map, sections } = link(program);
  const sizes = sizesByOrigin(map, sections) ?? [];
  expect(sizes.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(Object.values(sections).reduce((sum, bytes) => sum + bytes, 0));
  const of = (kind: string, name: string) => sizes.find((part) => part.kind === kind && part.name === name)?.bytes ?? 0;
  // Code and tables of frames come to the constants.
  expect(of("crate", "serde_json")).toBeGreaterThan(3000);
  expect(of("crate", "serde_json")).toBeLessThan(3200);
  expect(of("library", "libsqlite3.a")).toBeGreaterThan(2000);
  for (const crate of ["grid_opa", "std"]) expect(of("crate", crate)).toBeGreaterThan(0);
  expect(of("section", ".dynamic")).toBe(sections[".dynamic"]);
  expect(sizes.map(({ name }) => name)).not.toContain(".bss");
  expect(sizes.map(({ bytes }) => bytes)).toEqual(sizes.map(({ bytes }) => bytes).toSorted((a, b) => b - a));
});

test("a map of another file, and a text that is no map, give no sizes", () => {
  const { map, sections } = link(["zig", "ld.lld"]);
  expect(sizesByOrigin(map, { ...sections, ".text": (sections[".text"] ?? 0) + 16 })).toBeUndefined();
  expect(sizesByOrigin("", sections)).toBeUndefined();
  expect(sizesByOrigin("ld: error", sections)).toBeUndefined();
});

test("only the largest are listed, and the others are one part", () => {
  const lines = Array.from({ length: 100 }, (_, index) => {
    const crate = `crate${index + 100}`;
    return `0 0 ${(index + 1).toString(16)} 1         x.o:(.text._ZN8${crate}4name17h0878d1f047b5429fE)`;
  });
  const sum = (100 * 101) / 2;
  const map = ["             VMA              LMA     Size Align Out     In      Symbol", `0 0 ${sum.toString(16)} 1 .text`, ...lines];
  const sizes = sizesByOrigin(map.join("\n"), { ".text": sum }) ?? [];
  expect(sizes).toHaveLength(41);
  expect(sizes[0]).toEqual({ kind: "crate", name: "crate199", bytes: 100 });
  expect(sizes.at(-1)).toEqual({ kind: "others", name: "60 others", bytes: (60 * 61) / 2 });
});

test("what GNU's ld leaves out is in no section of the file", () => {
  const map = `Discarded input sections

 .text._ZN4left3out17h0878d1f047b5429fE
                0x0000000000000000       0x10 x.o

Linker script and memory map

.text           0x0000000000001000       0x20
 *(.text .text.*)
 .text._ZN4kept2in17h0878d1f047b5429fE
                0x0000000000001000       0x10 x.o
                0x0000000000001000                kept::in
 *fill*         0x0000000000001010       0x10 

/DISCARD/
 .text._ZN4away2it17h0878d1f047b5429fE
                0x0000000000000000       0x10 x.o
`;
  const { sections, parts } = readLinkMap(map);
  expect([...sections]).toEqual([[".text", 32]]);
  expect(parts.map(({ section, name }) => [section, name.slice(6, 16)])).toEqual([
    [".text", "_ZN4kept2i"],
    ["/DISCARD/", "_ZN4away2i"],
  ]);
});
