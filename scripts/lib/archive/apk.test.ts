import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { makeApk } from "../../checks/fixtures/feed/packages.ts";
import { hashBytes } from "../hash.ts";
import { readApkControl } from "./apk.ts";

test("the control part is the stream with .PKGINFO, also behind a signature", async () => {
  const apk = await makeApk({});
  const { info, stream } = readApkControl(apk);
  expect(info).toContain("pkgname = menu\npkgver = 1.0-r1\n");
  expect(info).toContain(`datahash = ${hashBytes(apk.subarray(stream.length))}`);
  expect(readApkControl(Buffer.concat([gzipSync(Buffer.alloc(1024)), apk]))).toEqual({ info, stream });
});

test("headers with a name, a comment, further data and a checksum", async () => {
  const apk = await makeApk({});
  const { info } = readApkControl(apk);
  for (const [flags, more] of [
    [8, "name\0"],
    [16, "comment\0"],
    [4, "\x03\x00abc"],
    [2, "\x01\x02"],
    [30, "\x03\x00abcname\0comment\0\x01\x02"],
  ] as const) {
    const header = Buffer.from(apk.subarray(0, 10));
    header[3] = flags;
    const changed = Buffer.concat([header, Buffer.from(more, "latin1"), apk.subarray(10)]);
    expect([flags, readApkControl(changed).info]).toEqual([flags, info]);
  }
});

test.each([
  ["cut off in its data", (apk: Buffer) => apk.subarray(0, -1), /not those that its .PKGINFO names/],
  ["with other data", (apk: Buffer) => Buffer.concat([apk.subarray(0, -1), Buffer.from([1])]), /not those that its .PKGINFO names/],
  ["cut off in its control part", (apk: Buffer) => apk.subarray(0, 40), /unexpected end/],
  ["of version 3", () => Buffer.from("ADBd................"), /no gzip stream/],
  ["without a control part", () => gzipSync(Buffer.alloc(1024)), /no .PKGINFO/],
])("an apk %s is an error", async (_name, change, message) => {
  const apk = await makeApk({});
  expect(() => readApkControl(change(apk))).toThrow(message);
});
