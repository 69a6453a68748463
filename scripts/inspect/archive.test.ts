import { gzipSync } from "node:zlib";
import { zipSync } from "fflate";
import { createTar } from "nanotar";
import { expect, test } from "vitest";
import { isArchive, readArchive } from "./archive.ts";

const addon = (name: string) => name.endsWith(".node");
const text = (value: string) => new TextEncoder().encode(value);

test.each([
  [
    "x.tgz",
    gzipSync(
      createTar([
        { name: "package/a.node", data: "one" },
        { name: "package/README.md", data: "two" },
      ]),
    ),
  ],
  ["x.whl", zipSync({ "package/a.node": text("one"), "package/README.md": text("two") })],
])("%s gives the files that are asked for", (name, bytes) => {
  const files = readArchive(bytes, name, addon).map((file) => [file.name, new TextDecoder().decode(file.bytes)]);
  expect(files).toEqual([["package/a.node", "one"]]);
});

test.each([
  ["x.tgz", gzipSync(new Uint8Array(1_000_000_001))],
  ["x.whl", bombOf(zipSync({ "a.node": text("one") }), 2_000_000_000)],
])("a bomb named %s is refused before it is in memory", (name, bytes) => {
  const before = process.memoryUsage().rss;
  expect(() => readArchive(bytes, name, addon)).toThrow(
    expect.objectContaining({ code: "BAD_ARCHIVE", message: expect.stringContaining("1000 MB") }),
  );
  expect(process.memoryUsage().rss - before).toBeLessThan(1_300_000_000);
});

test.each([
  ["x.tgz", "not gzip"],
  ["x.whl", "not zip"],
])("what is no archive, named %s", (name, bytes) => {
  expect(() => readArchive(text(bytes), name, addon)).toThrow(expect.objectContaining({ code: "BAD_ARCHIVE", exit: "usage" }));
});

test("what counts as an archive", () => {
  expect(["a.tgz", "a.tar.gz", "a.whl", "a.node", "a.zip"].filter(isArchive)).toEqual(["a.tgz", "a.tar.gz", "a.whl"]);
});

/** Makes a zip's directory claim a size. */
function bombOf(zip: Uint8Array, size: number): Uint8Array {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.length);
  const directory = zip.findIndex((_, at) => at + 4 <= zip.length && view.getUint32(at, true) === 0x02014b50);
  view.setUint32(directory + 24, size, true);
  return zip;
}
