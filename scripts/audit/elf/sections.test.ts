import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { compileShared } from "../../checks/fixtures/fixture.ts";
import { readElf } from "./facts.ts";
import { parseElf } from "./file.ts";
import { sizeSections } from "./sections.ts";

const SOURCE = "char zeros[70000]; char ones[3000] = {1}; int f(int n) { return zeros[n] + ones[n]; }";
const compiled = (flags: string[] = []) => readFileSync(compileShared(SOURCE, "aarch64-linux-gnu.2.17", flags));

test("only loaded sections, in bytes", () => {
  const { sections, debugBytes } = readElf(compiled(), "x");
  expect(sections).toMatchObject({ ".bss": 70000, ".data": 3000 });
  expect(sections).not.toHaveProperty(".comment");
  expect(debugBytes).toBe(0);
});

test("debug information, with its sum as a separate fact", () => {
  const { sections, debugBytes } = readElf(compiled(["-g"]), "x");
  const debug = Object.entries(sections).filter(([name]) => name.startsWith(".debug_"));
  expect(debug.map(([name]) => name)).toContain(".debug_info");
  expect(debugBytes).toBe(debug.reduce((sum, [, size]) => sum + size, 0));
});

test("sections with the same name are one entry, and a section beyond the end of the file is left out", () => {
  const file = parseElf(compiled(), "x");
  const data = file.sections.find((section) => section.name === ".data");
  if (!data) throw new Error("no .data");
  const sizes = (offset: number) => sizeSections({ ...file, sections: [data, { ...data, offset }] });
  expect(sizes(data.offset)).toEqual({ ".data": 6000 });
  expect(sizes(file.bytes.length - 1)).toEqual({ ".data": 3000 });
});
