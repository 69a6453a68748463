import { expect, test } from "vitest";
import type { PythonPackage } from "../../model/report/package-index.ts";
import { wheelTag } from "../../model/place.ts";
import { loadRegistry } from "../../model/read-registry.ts";
import { PYPI, refusedBy } from "./pypi.ts";

const registry = loadRegistry();

/** PyPI's rule for the platform in the name of a Linux wheel: https://github.com/pypi/warehouse/blob/main/warehouse/forklift/legacy.py */
const TAKEN = /^(?:linux_armv[67]l|(?:many|musl)linux_\d+_\d+_(?:x86_64|i686|aarch64|armv7l|ppc64le|s390x|riscv64))$/;

test("the data of targets say which wheels PyPI does not take", () => {
  const wrong = [...registry.triples.values()].filter(
    (target) => TAKEN.test(wheelTag(registry, target)) === Boolean(target.wheel?.notOnPypi),
  );
  expect(wrong.map(({ triple }) => triple)).toEqual([]);
});

test("such wheels are left out for PyPI, and not for other indexes", () => {
  const packed = (file: string, more: Partial<PythonPackage> = {}) => ({
    name: "thing",
    version: "1.0",
    file,
    bytes: 1,
    sha256: "",
    ...more,
  });
  const packages = [packed("a.whl"), packed("b.whl", { notOnPypi: "no such tag" }), packed("a.tar.gz")];
  expect(refusedBy(PYPI, packages).map(({ file }) => file)).toEqual(["b.whl"]);
  expect(refusedBy({ upload: "https://index.example/", index: "https://index.example/simple/" }, packages)).toEqual([]);
});
