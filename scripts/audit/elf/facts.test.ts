import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { readElf } from "./facts.ts";
import { compareVersions } from "./versions.ts";

test("versions compare by number", () => {
  expect(["2.4", "2.17", "2.2.5"].toSorted(compareVersions)).toEqual(["2.2.5", "2.4", "2.17"]);
});

test("the facts of a real file: the Node that runs the tests", async () => {
  const node = readElf(await readFile(process.execPath), "node");
  expect(node.bits).toBe(64);
  expect(node.needed).toContain("libc.so.6");
  expect(node.versions["libc.so.6"]).toContain(process.arch === "x64" ? "GLIBC_2.2.5" : "GLIBC_2.17");
  expect(node.glibc).toBe("2.28"); // Node 24's own floor
});

test.each([
  ["text", new TextEncoder().encode("not an addon at all")],
  ["an empty file", new Uint8Array()],
  ["a file that is cut off", new Uint8Array([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0])],
])("%s is wrong usage", (_name, bytes) => {
  expect(() => readElf(bytes, "x.node")).toThrow(expect.objectContaining({ code: "NOT_ELF", exit: "usage" }));
});
