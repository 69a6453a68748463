import { expect, test } from "vitest";
import { readContents, withoutVariants } from "./contents.ts";

async function* lines(text: string) {
  yield* text.split("\n");
}

const found = async (text: string, wanted?: Set<string>) =>
  [...(await readContents(lines(text), wanted))].map(([name, sonames]) => [name, ...sonames]);

test("a package has the sonames of its libraries, in the old and the new folder of a system", async () => {
  expect(
    await found(
      [
        "lib/aarch64-linux-gnu/libz.so.1\tlibs/zlib1g",
        "lib/aarch64-linux-gnu/libz.so.1.2.13\tlibs/zlib1g",
        "usr/lib/arm-linux-gnueabihf/libusb-1.0.so.0   libs/libusb-1.0-0",
        "usr/lib/arm-linux-gnueabihf/libusb-1.0.so.0.3.0   libs/libusb-1.0-0",
        "usr/lib/arm-linux-gnueabihf/libusb-1.0.so   libdevel/libusb-1.0-0-dev",
      ].join("\n"),
    ),
  ).toEqual([
    ["zlib1g", "libz.so.1"],
    ["libusb-1.0-0", "libusb-1.0.so.0"],
  ]);
});

test("a library whose only file has a long version has it in its soname, and one of two packages has two", async () => {
  const boost = "usr/lib/aarch64-linux-gnu/libboost_system.so.1.74.0 libs/libboost-system1.74.0";
  const systemd = "usr/lib/aarch64-linux-gnu/libsystemd.so.0 libs/libsystemd0,contrib/libs/libelogind-compat";
  expect(await found(`${boost}\n${systemd}`)).toEqual([
    ["libboost-system1.74.0", "libboost_system.so.1.74.0"],
    ["libsystemd0", "libsystemd.so.0"],
    ["libelogind-compat", "libsystemd.so.0"],
  ]);
});

test("a soname may have a zero after its version", async () => {
  const folder = "usr/lib/aarch64-linux-gnu";
  const all = ["1", "1.0", "1.0.8"].map((version) => `${folder}/libbz2.so.${version} libs/libbz2-1.0`);
  expect(await found(all.join("\n"))).toEqual([["libbz2-1.0", "libbz2.so.1", "libbz2.so.1.0"]]);
});

test("of packages with one soname the newest counts, and no variant", () => {
  const one = new Set(["libc++.so.1"]);
  const contents = new Map(["libc++1-13", "libc++1-19", "libc++1-14"].map((name) => [name, one]));
  expect([...withoutVariants(contents)]).toEqual([["libc++1-19", one]]);
  const two = new Map([
    ["libavcodec-extra59", new Set(["libavcodec.so.59"])],
    ["libavcodec59", new Set(["libavcodec.so.59"])],
  ]);
  expect([...withoutVariants(two).keys()]).toEqual(["libavcodec59"]);
});

test("plugins, programs' own libraries and other files do not count, but those of an installed package do", async () => {
  const text = [
    "usr/lib/aarch64-linux-gnu/gconv/libJIS.so.1 libs/libc6",
    "usr/lib/aarch64-linux-gnu/libparted.so.2 admin/parted",
    "usr/bin/libtool.so.1 libs/x",
  ].join("\n");
  expect(await found(text)).toEqual([]);
  expect(await found(text, new Set(["parted"]))).toEqual([["parted", "libparted.so.2"]]);
});
