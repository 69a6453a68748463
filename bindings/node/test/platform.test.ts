import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { currentHost, type Host, hostText, platformNames } from "../ts/platform.ts";

test.each<[string, Host, string[]]>([
  ["x64 glibc", { platform: "linux", arch: "x64", libc: "glibc" }, ["linux-x64-gnu"]],
  ["x64 musl", { platform: "linux", arch: "x64", libc: "musl" }, ["linux-x64-musl"]],
  ["arm64 musl", { platform: "linux", arch: "arm64", libc: "musl" }, ["linux-arm64-musl"]],
  ["an unknown libc tries both", { platform: "linux", arch: "arm64" }, ["linux-arm64-gnu", "linux-arm64-musl"]],
  [
    "armv7 takes armv6 code second",
    { platform: "linux", arch: "arm", armVersion: 7, libc: "glibc" },
    ["linux-arm-gnueabihf", "linux-armv6-gnueabihf"],
  ],
  ["armv6 never takes armv7 code", { platform: "linux", arch: "arm", armVersion: 6, libc: "musl" }, ["linux-armv6-musleabihf"]],
  ["an unknown ARM version counts as 6", { platform: "linux", arch: "arm", libc: "glibc" }, ["linux-armv6-gnueabihf"]],
  ["another system", { platform: "darwin", arch: "arm64" }, ["darwin-arm64"]],
])("%s", (_, host, names) => {
  expect(platformNames(host)).toEqual(names);
});

const triples = new URL("../../../targets/triples/", import.meta.url);

test.each(readdirSync(triples))("the loader finds the addon of %s", (name) => {
  const { triple, libc, napiPlatform, npm } = JSON.parse(readFileSync(new URL(name, triples), "utf8"));
  const armVersion = triple.startsWith("armv7") ? 7 : 6;
  expect(platformNames({ platform: npm.os, arch: npm.cpu, armVersion, libc })[0]).toBe(napiPlatform);
});

test("this process is recognised", () => {
  const host = currentHost();
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  expect(host).toMatchObject({
    platform: process.platform,
    arch: process.arch,
    libc: header.glibcVersionRuntime ? "glibc" : "musl",
  });
});

test("hosts read well", () => {
  expect(hostText({ platform: "linux", arch: "arm", armVersion: 6, libc: "musl" })).toBe("linux arm v6 musl");
  expect(hostText({ platform: "linux", arch: "arm" })).toBe("linux arm v?");
});
