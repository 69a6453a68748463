import { gzipSync, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { zipSync } from "fflate";
import { createTar } from "nanotar";
import { expect, test } from "vitest";
import { isArchive, readArchive } from "./archive.ts";

const addon = (name: string) => name.endsWith(".node");
const text = (value: string) => new TextEncoder().encode(value);
const bytesOf = (base64: string) => Buffer.from(base64, "base64");

const tar = createTar([
  { name: "package/a.node", data: "one" },
  { name: "package/README.md", data: "two" },
]);
/** The same files in a .tar.xz: Node cannot write xz. */
const tarXz = bytesOf(
  "/Td6WFoAAATm1rRGAgAhARwAAAAQz1jM4Cf/AIBdADgYSJnNF3UkZoz4aSPyM5JgMQ4Tcp6nuPLGPutY+R+D0D/sGXfuKP9TeJmiffx1Df2+IrAwB0y3w8LWnJu8" +
    "RGY3QACE58wb08GGKfl7E9WcJzJqt7W+cOVuQ2AusfjBdIbmH58wxfGcTQVyIm9VFXZSXNvoEdqHXA2LgyAFsugAAOepnTx47t78AAGcAYBQAADes3QVscRn+wIA" +
    "AAAABFla",
);
/** 64 MiB of zeros, compressed by xz -9 and then by zstd. */
const zerosXzZst = bytesOf(
  "KLUv/WSoJb0MADQY/Td6WFoAAATm1rRGAgAhARwAAAAQz1jM//8RAWxdAABv/f//o7f/Rz5IFXI5YVG4kijmo4YH+e7kHoLTL8U6PAFLsX7JiopNL6MN2X+m44wj" +
    "EVPgWRjFdYrid/i2lH8MasDedElk4ulcU7IE2PdEDKtfDW1G6eXDdoi3llestk3haR1v+0uIEGxCy4g/XACP0E6vJiiUcR89jyThcJ6nI1/sKMuF0ZWYin4qkfIn" +
    "dfcZwAaYTZj92K/VkA/EJVP49ZE2MQWlsO5vwXBNRwzRkRGqrWAdus6xJxhcWYbpZlJYvul2rFnk5VsFCPnH2q38+1IrdM0eWyBC+d1TPfgpZAk7gMsqbN+1O/DE" +
    "vS5fqg8+S2ZCkBMO/xCT+HF4WfgLzf+VKEYPqfx83vuaMC5WwI+F84OBwGW8SCfmWJ//EAErAOxzU6f9vq58MRqft40xblEPP7KAHd4ABgDr4c9ZJwAAAJUcLRI2" +
    "2cNcAAGDTYCAgCBrO5P3scRn+wIAAAAABFlaBAC7g2bxNETA8cFS4w37aJgCBA0LeQ==",
);

const debian = (name: string, data: Uint8Array) => createAr({ "debian-binary": text("2.0\n"), "control.tar.gz": text("no"), [name]: data });
const openWrt = (data: Uint8Array) =>
  gzipSync(
    createTar([
      { name: "./debian-binary", data: "2.0\n" },
      { name: "./control.tar.gz", data: "no" },
      { name: "./data.tar.gz", data },
    ]),
  );

test.each([
  ["x.tgz", gzipSync(tar)],
  ["x.whl", zipSync({ "package/a.node": text("one"), "package/README.md": text("two") })],
  ["x.deb", debian("data.tar.gz", gzipSync(tar))],
  ["x.deb", debian("data.tar.zst", zstdCompressSync(tar))],
  ["x.deb", debian("data.tar.xz", tarXz)],
  ["x.deb", debian("data.tar", tar)],
  ["x.ipk", openWrt(gzipSync(tar))],
  ["x.ipk", debian("data.tar.gz/", gzipSync(tar))],
])("%s: the requested files are read", async (name, bytes) => {
  const files = await readArchive(bytes, name, addon);
  expect(files.map((file) => [file.name, new TextDecoder().decode(file.bytes)])).toEqual([["package/a.node", "one"]]);
});

test("names in a package begin without a dot", async () => {
  const data = gzipSync(createTar([{ name: "./usr/lib/a.node", data: "one" }]));
  expect((await readArchive(debian("data.tar.gz", data), "x.deb", addon)).map((file) => file.name)).toEqual(["usr/lib/a.node"]);
});

test("an empty file is a file", async () => {
  const files = await readArchive(gzipSync(createTar([{ name: "a.node", data: "" }, { name: "folder.node" }])), "x.tgz", addon);
  expect(files.map(({ name, bytes }) => [name, bytes.length])).toEqual([["a.node", 0]]);
});

const zeros = () => new Uint8Array(1_000_000_001);
test.each([
  ["x.tgz", () => gzipSync(zeros())],
  ["x.whl", () => bombOf(zipSync({ "a.node": text("one") }), 2_000_000_000)],
  ["x.ipk", () => gzipSync(zeros())],
  ["x.ipk", () => openWrt(gzipSync(zeros()))],
  ["x.deb", () => debian("data.tar.zst", zstdCompressSync(zeros()))],
  ["x.deb", () => debian("data.tar.xz", Buffer.concat(Array.from({ length: 16 }, () => zstdDecompressSync(zerosXzZst))))],
])("a bomb named %s is refused before it fills the memory", async (name, make) => {
  const bytes = make();
  const before = process.memoryUsage().rss;
  await expect(readArchive(bytes, name, addon)).rejects.toThrow(
    expect.objectContaining({ code: "BAD_ARCHIVE", message: expect.stringContaining("1000 MB") }),
  );
  expect(process.memoryUsage().rss - before).toBeLessThan(1_300_000_000);
});

test.each([
  ["x.tgz", text("not gzip"), /none of gzip, xz and zstd/],
  ["x.whl", text("not zip"), /cannot be unpacked/],
  ["x.deb", text("not ar"), /none of gzip, xz and zstd/],
  ["x.deb", debian("data.tar.bz2", text("BZh91AY")), /none of gzip, xz and zstd/],
  ["x.deb", createAr({ "debian-binary": text("2.0\n") }), /no data.tar/],
  ["x.deb", debian("data.tar.gz", gzipSync(tar)).subarray(0, 250), /cut off/],
  ["x.deb", debian("data.tar.xz", tarXz.subarray(0, 100)), /xz data are cut off/],
  ["x.deb", debian("data.tar.zst", zstdCompressSync(tar).subarray(0, 100)), /unexpected end/],
  ["x.ipk", gzipSync(createTar([{ name: "./debian-binary", data: "2.0\n" }])), /no data.tar/],
  // Version 3 of apk's format.
  ["x.apk", text("ADBd"), /none of gzip, xz and zstd/],
])("a broken archive named %s is refused", async (name, bytes, message) => {
  const refused = expect.objectContaining({ code: "BAD_ARCHIVE", exit: "usage", message: expect.stringMatching(message) });
  await expect(readArchive(bytes, name, addon)).rejects.toThrow(refused);
});

test("archives are recognised by file name", () => {
  const names = ["a.tgz", "a.tar.gz", "a.whl", "a.deb", "a.ipk", "a.apk"];
  expect([...names, "a.node", "a.zip", "deb"].filter(isArchive)).toEqual(names);
});

/** Makes a zip's directory claim a size. */
function bombOf(zip: Uint8Array, size: number): Uint8Array {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.length);
  const directory = zip.findIndex((_, at) => at + 4 <= zip.length && view.getUint32(at, true) === 0x02014b50);
  view.setUint32(directory + 24, size, true);
  return zip;
}

function createAr(members: Record<string, Uint8Array>): Uint8Array {
  const parts = Object.entries(members).flatMap(([name, bytes]) => [
    text(`${name.padEnd(16)}${"0".padEnd(12)}${"0".padEnd(6)}${"0".padEnd(6)}${"100644".padEnd(8)}${String(bytes.length).padEnd(10)}\`\n`),
    bytes,
    text(bytes.length % 2 === 1 ? "\n" : ""),
  ]);
  return Buffer.concat([text("!<arch>\n"), ...parts]);
}
