// What is read from a package-lock.json and from npm's complaints about one.
import { expect, test } from "vitest";
import { chooseCandidates } from "./find-version.ts";
import { listMissing } from "./incomplete.ts";
import { listRefused } from "./refused.ts";

const lock = (packages: Record<string, object>) => JSON.stringify({ lockfileVersion: 3, packages });
const arm = { cpu: "arm", libc: "glibc" } as const;

test("a package that is needed, and is for other systems, stops the installation there", () => {
  const text = lock({
    "": { name: "app", cpu: ["x64"] },
    "node_modules/x64-only": { version: "1.0.0", cpu: ["x64"] },
    "node_modules/a/node_modules/@own/musl-only": { version: "2.0.0", os: ["linux"], libc: ["musl"] },
    "node_modules/not-arm64": { version: "1.0.0", cpu: ["!arm64"] },
    "node_modules/optional": { version: "1.0.0", cpu: ["x64"], optional: true },
    "node_modules/dev": { version: "1.0.0", cpu: ["x64"], dev: true },
  });
  expect(listRefused(text, arm, ["dev"])).toEqual([
    { name: "x64-only", version: "1.0.0", wanted: "cpu x64" },
    { name: "@own/musl-only", version: "2.0.0", wanted: "os linux; libc musl" },
  ]);
  expect(listRefused(text, arm, []).map(({ name }) => name)).toContain("dev");
  expect(listRefused(JSON.stringify({ lockfileVersion: 1, dependencies: {} }), arm, [])).toEqual([]);
});

test("a lockfile lacks optional packages only, or it does not fit package.json", () => {
  const text = lock({ "node_modules/a": { version: "1.0.0", optionalDependencies: { "@a/arm": "1.0.0" } } });
  const reason = (...lines: string[]) => ({
    code: "EUSAGE",
    text: ["npm ci can only install", "", ...lines, "", "Clean install"].join("\n"),
  });
  expect(listMissing(reason("Missing: @a/arm@1.0.0 from lock file"), text)).toEqual(["@a/arm"]);
  expect(listMissing(reason("Missing: b@1.0.0 from lock file"), text)).toBeUndefined();
  const both = reason("Missing: @a/arm@1.0.0 from lock file", "Invalid: lock file's a@1.0.0 does not satisfy a@2.0.0");
  expect(listMissing(both, text)).toBeUndefined();
  expect(listMissing(reason(), text)).toBeUndefined();
  expect(listMissing({ ...reason("Missing: @a/arm@1.0.0 from lock file"), code: "E404" }, text)).toBeUndefined();
});

test("versions to try: minors of the same major, then older majors, then newer ones, without pre-releases and the current one", () => {
  const versions = [
    "5.0.0",
    "6.3.4",
    "6.3.5",
    "7.0.0",
    "7.0.1",
    "7.1.0",
    "7.2.0",
    "7.2.1",
    "7.2.2",
    "7.3.0",
    "7.4.0",
    "7.4.1",
    "8.0.0-rc.1",
    "8.1.0",
  ];
  expect(chooseCandidates("7.4.1", versions, 8)).toEqual(["7.4.0", "7.3.0", "7.2.2", "7.1.0", "6.3.5", "5.0.0", "8.1.0", "7.2.1"]);
  expect(chooseCandidates("7.4.1", versions, 3)).toEqual(["7.4.0", "7.3.0", "6.3.5"]);
  expect(chooseCandidates("1.0.0", ["1.0.0"])).toEqual([]);
});
