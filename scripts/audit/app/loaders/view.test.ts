import { expect, test } from "vitest";
import { placesOf } from "../../../model/place.ts";
import { loadRegistry } from "../../../model/read-registry.ts";
import { viewOf } from "./view.ts";

test.each([
  ["pi-4", "glibc", false],
  ["pi-4@alpine-3.22", "musl", true],
  // OpenWrt has no /etc/alpine-release, so node-gyp-build takes the files for glibc.
  ["openwrt-filogic", "musl", false],
])("the C library of %s is %s; Alpine: %s", (board, libc, isAlpine) => {
  const [place] = placesOf(loadRegistry(), { board });
  expect(viewOf(place!, () => "arm64")).toMatchObject({ libc, isAlpine });
});
