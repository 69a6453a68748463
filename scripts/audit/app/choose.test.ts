import { expect, test } from "vitest";
import { chooseFiles, fits } from "./choose.ts";
import { readClaims } from "./claims.ts";
import type { AppPackage } from "./package.ts";

const arm64 = { cpu: "arm64", libc: "glibc", armv: "8", abi: "137" } as const;

function packageOf(...addons: string[]): AppPackage {
  const files = addons.map((inside) => ({ path: `/app/${inside}`, inside, bytes: 1 }));
  return { name: "thing", addons: files, programs: [], libraries: [], dependencies: {} } as unknown as AppPackage;
}

test("a local build whose name is that of another system is passed over", () => {
  const oracledb = packageOf("build/Release/x-linux-arm64.node", "build/Release/x-linux-x64.node", "build/Release/x-win32-x64.node");
  expect(chooseFiles(oracledb, arm64).addons.map(({ inside }) => inside)).toEqual(["build/Release/x-linux-arm64.node"]);
  expect(chooseFiles(oracledb, { ...arm64, cpu: "arm", armv: "7" }).addons).toEqual([]);
});

test("a local build without a system in its name goes before prebuilt files", () => {
  const { addons, way } = chooseFiles(packageOf("build/Release/x.node", "prebuilds/linux-arm64/x.node"), arm64);
  expect(addons.map(({ inside }) => inside)).toEqual(["build/Release/x.node"]);
  expect(way).toBe("its local build, build/Release");
});

test.each([
  ["linux-64", "x64", true],
  ["linux-64", "arm64", false],
  ["windows-64", "x64", false],
])("%s on %s", (name, cpu, expected) => {
  expect(fits(readClaims(name), { cpu, libc: "glibc", armv: "" })).toBe(expected);
});
