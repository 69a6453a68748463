import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../fixtures/temporary-folder.ts";

const folder = join(import.meta.dirname, "stand-ins");

test("attest: files with their checksums and an SBOM pass, others do not", () => {
  const release = temporaryFolder();
  const sums = join(release, "SHA256SUMS");
  const sbom = join(release, "sbom.json");
  writeFileSync(join(release, "a.deb"), "a");
  const output = join(release, "output");
  const inPackage = `${createHash("sha256").update("c").digest("hex")}  c.node\n`;
  writeFileSync(sums, `${createHash("sha256").update("a").digest("hex")}  a.deb\n${inPackage}`);
  writeFileSync(sbom, '{"bomFormat":"CycloneDX"}');
  const attest = () =>
    execFileSync(process.execPath, [join(folder, "attest/check.cjs")], {
      env: { "INPUT_SUBJECT-CHECKSUMS": sums, "INPUT_SBOM-PATH": sbom, RUNNER_TEMP: release, GITHUB_OUTPUT: output },
      encoding: "utf8",
      stdio: "pipe",
    });
  expect(attest()).toMatch(/1 of 2 files have their checksums, and an SBOM; nothing is signed/);
  expect(readFileSync(output, "utf8")).toBe(`bundle-path=${join(release, "unsigned-sbom.json")}\n`);
  writeFileSync(sbom, "{}");
  expect(attest).toThrow(/is not a CycloneDX document/);
  writeFileSync(join(release, "a.deb"), "b");
  expect(attest).toThrow(/does not have the checksums of its files/);
});

test("gh: a draft takes files once it is created", () => {
  const releases = temporaryFolder();
  const gh = (...args: string[]) =>
    execFileSync(join(folder, "gh"), args, { env: { ...process.env, STAND_IN_RELEASES: releases }, stdio: "pipe" });
  const file = join(temporaryFolder(), "x.tgz");
  writeFileSync(file, "x");
  expect(() => gh("release", "view", "v1")).toThrow(/Command failed/);
  expect(() => gh("release", "upload", "v1", file)).toThrow(/Command failed/);
  gh("release", "create", "v1", "--draft", "--verify-tag");
  gh("release", "view", "v1");
  gh("release", "upload", "v1", "--clobber", file);
  expect(readFileSync(join(releases, "v1/x.tgz"), "utf8")).toBe("x");
  expect(existsSync(join(releases, "v1/--clobber"))).toBe(false);
  expect(() => gh("repo", "view", "v1")).toThrow(/Command failed/);
});

test("npm: all arguments but --provenance arrive", () => {
  const program = join(temporaryFolder(), "npm.cjs");
  writeFileSync(program, "console.log(JSON.stringify(process.argv.slice(2)))");
  const env = { ...process.env, STAND_IN_NPM: program };
  const args = ["publish", "./a b.tgz", "--provenance", "--access", "public"];
  const got = execFileSync(join(folder, "npm"), args, { env, encoding: "utf8", stdio: "pipe" });
  expect(JSON.parse(got)).toEqual(["publish", "./a b.tgz", "--access", "public"]);
});
