import { brotliDecompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { compileRegistry } from "./compiled-registry.ts";
import { loadRegistry } from "./read-registry.ts";

test("the file of the package has every folder, and stays small", { timeout: 30_000 }, () => {
  const registry = loadRegistry();
  const bytes = compileRegistry(registry);
  const folders = JSON.parse(brotliDecompressSync(bytes).toString()) as Record<string, [string, unknown][]>;
  expect(Object.keys(folders).toSorted()).toEqual(Object.keys(registry).toSorted());
  expect(new Map(folders.libraries)).toEqual(registry.libraries);
  expect(bytes.length).toBeLessThan(100_000);
});
