import { expect, test } from "vitest";
import { nameOf, selectBoardAt } from "./board-systems.ts";
import { placeOfBoard, placesOf } from "./place.ts";
import { loadRegistry } from "./read-registry.ts";

const registry = loadRegistry();
const names = (board: string | string[]) => placesOf(registry, { board }).map(({ name }) => name);

test("a board has its usual system unless its name has another one", () => {
  const [usual, other] = placesOf(registry, { board: ["pi-4", "pi-4@raspios-trixie-32"] });
  expect(usual).toMatchObject({ name: "pi-4", arch: "aarch64", bits: 64, libc: "glibc", libcVersion: "2.36", pageSize: 4096 });
  expect(other).toMatchObject({ name: "pi-4@raspios-trixie-32", arch: "arm", bits: 32, libcVersion: "2.41", node: "22" });
  expect(names("pi-4@raspios-bookworm-64")).toEqual(["pi-4"]);
  expect(names("filogic-512@openwrt-23.05")).toEqual(["openwrt-filogic@openwrt-23.05"]);
});

test("the same board as a value: with the system that it was selected with, or with another", () => {
  const board = selectBoardAt(registry, "pi-5@ubuntu-24.04");
  expect(nameOf(board)).toBe("pi-5@ubuntu-24.04");
  expect(placeOfBoard(registry, board)).toMatchObject({ libcVersion: "2.39", pageSize: 4096 });
  expect(placeOfBoard(registry, board, "raspios-bookworm-64")).toMatchObject({ name: "pi-5", pageSize: 16384, libcVersion: "2.36" });
});

test("a 64-bit CPU with a 32-bit system has the features of its AArch32 state, and no erratum of 64-bit code", () => {
  const [wide, narrow, armv6] = placesOf(registry, { board: ["pi-3", "pi-3@raspios-bookworm-32", "pi-zero-w"] });
  expect(wide).toMatchObject({ features: ["crc32"], errata: ["843419"] });
  expect(narrow).toMatchObject({ cpu: "cortex-a53", errata: [] });
  expect(narrow?.features).toEqual(expect.arrayContaining(["v7", "vfp3-d32", "neon", "idiv", "v8", "crc32"]));
  expect(armv6).toMatchObject({ arch: "arm", features: [] });
});

test.each([
  [
    "pi-4@raspios-32",
    /pi-4 has no system raspios-32/,
    /did you mean raspios-bookworm-32 or raspios-trixie-32\?\nthe systems of pi-4 are: rasp/,
  ],
  ["pi-4@", /pi-4 has no system/, /the systems of pi-4 are/],
  ["pi-4@debian-trixie@x", /pi-4 has no system debian-trixie@x/, /the systems of pi-4 are/],
  [
    "filogic-512@debian-trixie",
    /openwrt-filogic has no system debian-trixie/,
    /are: openwrt-24.10, openwrt-23.05\n.*openwrt-filogic@openwrt-23.05/,
  ],
])("%s is an error with the systems of the board", (name, message, fix) => {
  expect(() => selectBoardAt(registry, name)).toThrow(
    expect.objectContaining({
      code: "SYSTEM_UNKNOWN",
      exit: "usage",
      message: expect.stringMatching(message),
      details: expect.objectContaining({ fix: expect.stringMatching(fix) }),
    }),
  );
});

test("an unknown board stays that error", () => {
  expect(() => selectBoardAt(registry, "pi-9@debian-trixie")).toThrow(expect.objectContaining({ code: "BOARD_UNKNOWN" }));
});
