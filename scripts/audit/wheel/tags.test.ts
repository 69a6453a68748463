import { expect, test } from "vitest";
import { placeOfBoard } from "../../model/place.ts";
import { loadRegistry } from "../../model/read-registry.ts";
import { selectBoard } from "../../model/registry.ts";
import { accepts, readWheelName, tagsOf } from "./tags.ts";

const registry = loadRegistry();
const tags = (board: string) => tagsOf({ ...placeOfBoard(registry, selectBoard(registry, board)) }, "3.11");

test("the platforms of a board, best first: what pip prints on it", () => {
  const place = { ...placeOfBoard(registry, selectBoard(registry, "pi-4")), libcVersion: "2.18" };
  expect(tagsOf(place, "3.11")).toEqual({
    python: "3.11",
    abi: "cp311",
    platforms: ["manylinux_2_18_aarch64", "manylinux_2_17_aarch64", "manylinux2014_aarch64", "linux_aarch64"],
  });
  expect(tagsOf({ ...place, libc: "musl", libcVersion: "1.2.5" }, "3.13").platforms).toEqual([
    "musllinux_1_2_aarch64",
    "musllinux_1_1_aarch64",
    "linux_aarch64",
  ]);
  expect(tagsOf({ ...place, arch: "arm", features: ["v7"] }, "3.11").platforms).toContain("manylinux2014_armv7l");
  expect(tagsOf({ ...place, arch: "arm", features: [] }, "3.11").platforms).toContain("linux_armv6l");
  expect(tagsOf({ ...place, arch: "x86_64", libcVersion: "2.5" }, "3.11").platforms).toEqual([
    "manylinux_2_5_x86_64",
    "manylinux1_x86_64",
    "linux_x86_64",
  ]);
});

test.each([
  ["a-1-cp311-cp311-manylinux_2_17_aarch64.manylinux2014_aarch64.whl", true],
  ["a-1-cp39-abi3-manylinux_2_28_aarch64.whl", true],
  ["a-1-py3-none-any.whl", true],
  ["a-1-py2.py3-none-any.whl", true],
  ["a-1-py3-none-manylinux_2_17_aarch64.whl", true],
  ["a-1-1-cp311-cp311-linux_aarch64.whl", true],
  ["a-1-cp312-cp312-manylinux_2_17_aarch64.whl", false],
  ["a-1-cp310-cp310-manylinux_2_17_aarch64.whl", false],
  ["a-1-cp312-abi3-manylinux_2_17_aarch64.whl", false],
  ["a-1-cp311-cp311t-manylinux_2_17_aarch64.whl", false],
  ["a-1-pp310-pypy310_pp73-manylinux_2_17_aarch64.whl", false],
  ["a-1-cp311-cp311-manylinux_2_99_aarch64.whl", false],
  ["a-1-cp311-cp311-manylinux_2_17_x86_64.whl", false],
  ["a-1-cp311-cp311-musllinux_1_2_aarch64.whl", false],
])("pip on a pi-4 with Python 3.11 and %s", (file, accepted) => {
  expect(accepts(tags("pi-4"), file)).toBe(accepted);
});

test("the name and version of a wheel", () => {
  expect(readWheelName("Boardkit_Grid-1.2.3-2-cp39-abi3-linux_armv6l.whl")).toMatchObject({ name: "boardkit-grid", version: "1.2.3" });
});
