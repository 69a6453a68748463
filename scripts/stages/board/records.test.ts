import { expect, test } from "vitest";
import { parseRecords, phaseOf, readBoot, readEnd } from "./records.ts";

const record = (name: string, text: string) => `boardkit ${name} ${Buffer.byteLength(text)}\n${text}`;
const parse = (...texts: string[]) => parseRecords(Buffer.from(texts.join("")));

test("records follow each other, with any bytes in them, and on an SD card with zeros between", () => {
  const records = parse(record("a", "boardkit b 3\nxyz"), "\0\0\0", record("end", ""), "\0");
  expect([...records]).toEqual([
    ["a", "boardkit b 3\nxyz"],
    ["end", ""],
  ]);
});

test.each([
  ["nothing", "", []],
  ["an incomplete record", `${record("a", "1")}boardkit end 9\nshort`, ["a"]],
  ["an incomplete header", `${record("a", "1")}boardkit en`, ["a"]],
  ["bytes that are not a record", `${record("a", "1")}garbage\n${record("end", "")}`, ["a"]],
])("%s ends the records", (_name, text, names) => {
  expect([...parse(text).keys()]).toEqual(names);
});

test("init's facts of the board", () => {
  const text = "uptime 3.25\nrelease 6.1.0-50-armmp\nMemTotal:         111188 kB\nKernelPageSize:        4 kB";
  expect(readBoot(parse(record("boot", text)))).toEqual({ seconds: 3.25, kernel: "6.1.0-50-armmp", memTotalKiB: 111_188, pageKiB: 4 });
  expect(readBoot(parse())).toBeUndefined();
});

test("the end of a program, with its output and memory", () => {
  const memory = "Name:\tnode\nVmPeak:\t  9 kB\nVmHWM:\t   47704 kB\nVmRSS:\t  1 kB\nRssAnon:\t    8956 kB\n";
  const records = parse(record("smoke/output", "hello"), record("smoke/memory", memory), record("smoke/end", "3 4.5 6.0"));
  expect(readEnd(records, "smoke")).toEqual({
    exitCode: 3,
    began: 4.5,
    seconds: 1.5,
    output: "hello",
    memory: { rssAnonKiB: 8956, vmHwmKiB: 47_704 },
    timedOut: false,
  });
  expect(readEnd(records, "addon")).toBeUndefined();
});

test("what a board does now: the first program without an end", () => {
  const boot = record("boot", "uptime 3");
  const ends = ["control", "addon", "smoke"].map((name) => record(`${name}/end`, "0 1 2"));
  const phases = [[], [boot], [boot, ends[0]!], [boot, ends[0]!, ends[1]!], [boot, ...ends]].map((texts) => phaseOf(parse(...texts)));
  expect(phases).toEqual(["boot", "runtime without the addon", "addon", "smoke script", "power off"]);
});
