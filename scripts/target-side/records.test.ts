import { expect, test } from "vitest";
import { readRecordsFrom } from "./records.ts";

const record = (name: string, text: string) => `boardkit ${name} ${Buffer.byteLength(text)}\n${text}`;
const ours = `\n${record("begin/m1", "")}${record("a", "boardkit b 3\nxyz")}${record("end", "")}`;
const read = (text: string) => [...readRecordsFrom(Buffer.from(text), "begin/m1").keys()];

test.each([
  ["nothing before them", ours],
  ["no line break before them", ours.slice(1)],
  ["a MOTD before them", `Welcome!\n\n  *** maintenance tonight ***\n$ ${ours}`],
  ["records of somebody else before them", `${record("begin/m0", "")}${record("end", "")}${ours}`],
  ["the mark inside a line before them", `+ sh -s boardkit begin/m1 0 ${ours}`],
  ["output of .logout behind them", `${ours}\nbye\n${record("x", "1")}`],
])("with %s the records are ours", (_name, text) => {
  expect(read(text)).toEqual(["begin/m1", "a", "end"]);
});

test("without the mark there are none, and cut off records are left out", () => {
  expect(read("Welcome!\n")).toEqual([]);
  expect(read(ours.slice(0, -8))).toEqual(["begin/m1", "a"]);
});

test("bytes stay bytes", () => {
  const content = Buffer.from([0, 0xff, 0x7f, 0x0a, 0]);
  const bytes = Buffer.concat([Buffer.from(`\n${record("begin/m1", "")}boardkit exe 5\n`), content, Buffer.from(record("end", ""))]);
  expect(readRecordsFrom(bytes, "begin/m1").get("exe")).toEqual(content);
});
