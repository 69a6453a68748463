import { expect, test } from "vitest";
import { dependedOnIn, installedIn, mirrorIn } from "./apt.ts";

test("the mirror is found in both formats of apt sources, but not in comments", () => {
  expect(mirrorIn("Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm\n")).toBe("http://mirror.example/debian");
  expect(mirrorIn("deb [signed-by=/k.gpg] https://mirror.example/debian/ bookworm main\n")).toBe("https://mirror.example/debian");
  expect(mirrorIn("# deb http://off.example/debian bookworm main\ndeb http://on.example/debian bookworm main\n")).toBe(
    "http://on.example/debian",
  );
});

test("security and other archives are not the mirror", () => {
  expect(mirrorIn("URIs: http://mirror.example/debian-security\nURIs: https://else.example/node_20.x\n")).toBeUndefined();
});

test("the packages of a simulated installation", () => {
  const text = "Inst libc6 (2.41 Debian:13 [amd64]) []\nInst musl:arm64 (1.2.5 Debian:13 [arm64])\nConf libc6 (2.41)\n";
  expect(installedIn(text)).toEqual(["libc6", "musl:arm64"]);
});

test("a kernel's metapackage names the newest kernel; virtual packages and alternatives are left out", () => {
  const others = "  PreDepends: a\n |Depends: b\n  Depends: <virtual>\n  Breaks: c\n";
  const text = `linux-image-arm64:arm64\n  Depends: linux-image-6.1.0-50-arm64:arm64\n${others}`;
  expect(dependedOnIn(text)).toEqual(["linux-image-6.1.0-50-arm64:arm64", "a"]);
});
