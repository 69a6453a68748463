// For tests: a project's dist/pypi with small wheels and an sdist, as maturin names and fills them.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync, strToU8, zipSync } from "fflate";
import { createTar } from "nanotar";
import { hashBytes } from "../../lib/hash.ts";
import { pythonPackagesFolder } from "../../model/names.ts";
import { wheelTag } from "../../model/place.ts";
import { loadRegistry } from "../../model/read-registry.ts";
import type { PythonIndex, PythonPackage } from "../../model/report/package-index.ts";
import type { Triple } from "../../model/targets/triple.ts";

const registry = loadRegistry();
const metadata = (name: string, version: string) => `Metadata-Version: 2.4\nName: ${name}\nVersion: ${version}\nSummary: for a test\n`;

/** The bytes of a wheel with one module. */
function wheelBytes(name: string, version: string, content: string): Uint8Array {
  const info = `${name}-${version}.dist-info`;
  const texts = {
    [`${name}/__init__.py`]: content,
    [`${info}/METADATA`]: metadata(name, version),
    [`${info}/WHEEL`]: "Wheel-Version: 1.0\nGenerator: maturin (1.16.0)\nRoot-Is-Purelib: false\nTag: cp39-abi3-linux_armv6l\n",
    [`${info}/RECORD`]: "",
  };
  const files = Object.fromEntries(Object.entries(texts).map(([path, text]) => [path, strToU8(text)]));
  return zipSync(files, { mtime: new Date(1980, 0, 1) });
}

/** Writes wheels for targets and an sdist; `content` is what the module is and is no compressible text if it is long. */
export function writePythonPackages(project: string, name: string, targets: Triple[], content = ""): PythonPackage[] {
  const folder = pythonPackagesFolder(project);
  const version = "1.2.3";
  mkdirSync(folder, { recursive: true });
  const add = (file: string, bytes: Uint8Array, more: Partial<PythonPackage>): PythonPackage => {
    writeFileSync(join(folder, file), bytes);
    return { name, version, file, bytes: bytes.length, sha256: hashBytes(bytes), ...more };
  };
  const wheels = targets.map((target) => {
    const file = `${name}-${version}-cp39-abi3-${wheelTag(registry, target)}.whl`;
    const notOnPypi = target.wheel?.notOnPypi;
    return add(file, wheelBytes(name, version, `${content}# ${target.triple}\n`), {
      target: target.triple,
      ...(notOnPypi ? { notOnPypi } : {}),
    });
  });
  const tar = createTar([{ name: `${name}-${version}/PKG-INFO`, data: metadata(name, version) + content }]);
  const sdist = add(`${name}-${version}.tar.gz`, gzipSync(tar, { mtime: 0 }), {});
  const index: PythonIndex = { schema: 1, packages: [...wheels, sdist] };
  writeFileSync(join(folder, "packages.json"), JSON.stringify(index));
  return index.packages;
}
