import { expect, test } from "vitest";
import { librariesOf, listLibraries } from "./libraries.ts";
import { loadRegistry } from "./read-registry.ts";
import { libraries } from "./targets/libraries.ts";

const file = (parts: object) => libraries.parse({ id: "lab", present: [], complete: true, source: "x", date: "2026-01-01", ...parts });

test("a file adds to its base, and another version of a library replaces the base's", () => {
  const base = file({
    present: ["libc.so.6", "libstdc++.so.6"],
    versions: { "libstdc++.so.6": ["GLIBCXX_3.4.30"] },
    packages: { libicu72: ["libicuuc.so.72"], "libusb-1.0-0": ["libusb-1.0.so.0"] },
  });
  const own = file({
    present: ["libz.so.1"],
    versions: { "libstdc++.so.6": ["GLIBCXX_3.4.33"] },
    packages: { libicu74: ["libicuuc.so.74"] },
    complete: false,
  });
  expect(listLibraries(own, base)).toEqual({
    present: { "libc.so.6": [], "libstdc++.so.6": ["GLIBCXX_3.4.33"], "libz.so.1": [] },
    packages: { "libusb-1.0.so.0": "libusb-1.0-0", "libicuuc.so.74": "libicu74" },
    complete: false,
  });
});

const registry = loadRegistry();

test.each([...registry.systems.values()].map((one) => [one.id, one] as const))(
  "%s has the libraries that Node needs, with versions, and names the package of libusb",
  (_id, system) => {
    const { present, packages } = librariesOf(registry, system);
    expect(present["libstdc++.so.6"]).toEqual([expect.stringMatching(/^CXXABI_1\.3\./), expect.stringMatching(/^GLIBCXX_3\.4\./)]);
    expect(present["libgcc_s.so.1"]).toHaveLength(1);
    expect(Object.keys(present)).toContain(system.libc === "glibc" ? "libc.so.6" : "libc.so");
    expect(packages["libusb-1.0.so.0"] ?? present["libusb-1.0.so.0"]).toBeDefined();
  },
);

test("glibc's merged libraries are there since 2.34", () => {
  for (const system of registry.systems.values())
    if (system.libc === "glibc")
      expect(Object.keys(librariesOf(registry, system).present)).toEqual(
        expect.arrayContaining(["libdl.so.2", "libpthread.so.0", "librt.so.1", "libm.so.6"]),
      );
});

test("the lists of packages are of their releases", () => {
  const of = (id: string) => librariesOf(registry, registry.systems.get(id)!).packages;
  expect(of("debian-bookworm")).toMatchObject({ "libX11.so.6": "libx11-6", "libvips.so.42": "libvips42", "libicuuc.so.72": "libicu72" });
  expect(of("debian-trixie")).toMatchObject({ "libvips.so.42": "libvips42t64", "libicuuc.so.76": "libicu76" });
  expect(of("ubuntu-24.04")).toMatchObject({ "libX11.so.6": "libx11-6", "libicuuc.so.74": "libicu74" });
  expect(of("ubuntu-24.04")["libicuuc.so.76"]).toBeUndefined();
  expect(of("openwrt-24.10")).toMatchObject({ "libusb-1.0.so.0": "libusb-1.0-0" });
  expect(of("openwrt-24.10")["libX11.so.6"]).toBeUndefined();
});
