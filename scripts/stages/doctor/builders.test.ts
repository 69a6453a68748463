// doctor's table of builders, on machines without some tools.
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { describeBuilders } from "../../commands/doctor.ts";
import { createReporter } from "../../lib/progress/create-reporter.ts";
import { plainRenderer } from "../../lib/progress/renderer.ts";
import { noTimes } from "../../lib/progress/times.ts";
import type { Triple } from "../../model/targets/triple.ts";
import type { RustFacts } from "../../tools/rust/rust.ts";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { examine, stdObstacle, VENV } from "./doctor.ts";
import { examineEveryBuilder } from "./builders.ts";
import { loadRegistry } from "../../model/read-registry.ts";

const registry = loadRegistry();
const rust: RustFacts = {
  version: "rustc 1.95.0",
  commit: "c",
  sysroot: "/rust",
  cargoHome: "/cargo",
  folder: "/project",
  host: "x86_64-unknown-linux-gnu",
  hasSource: false,
};
const context = {
  registry,
  cache: "/nowhere",
  reporter: createReporter(plainRenderer(() => {})),
  times: noTimes,
  signal: new AbortController().signal,
  jobs: 1,
  keepGoing: false,
  force: false,
};

test("without host programs no builder works, and the reason is shown once with its fix", async () => {
  const { findings: host } = await examine(context, "/nowhere", "/");
  const findings = await examineEveryBuilder({ findings: host, rust: undefined }, { searchPath: "/nowhere", engines: {} }, context);
  expect(findings).toHaveLength(registry.triples.size * 4);
  expect(findings.every(({ works }) => !works)).toBe(true);
  const text = describeBuilders(findings);
  expect(text).toMatch(/aarch64-unknown-linux-gnu +✗ \[1\] +✗ \[1\] +✗ \[1\] +✗ \[1\]/);
  expect(text).toMatch(/\[1\] missing: cargo, rustc[^]*fix: install Rust with rustup/);
  expect(text).not.toContain("[2]");
});

test("without rust-src and rustup only targets with a compiled standard library can be built", () => {
  const armv7 = registry.triples.get("armv7-unknown-linux-musleabihf") as Triple;
  expect(stdObstacle(armv7, rust, false)).toMatchObject({ fix: expect.stringContaining("exactly rustc 1.95.0") });
  expect(stdObstacle(armv7, rust, true)).toBeUndefined();
  expect(stdObstacle(armv7, { ...rust, hasSource: true }, false)).toBeUndefined();
});

test("an obstacle of one target does not affect other targets", async () => {
  const std = { name: "rust-std x", target: "armv7-unknown-linux-musleabihf", state: "missing" as const, text: "", fix: "" };
  const found = { findings: [std], rust: { ...rust, hasSource: true } };
  const findings = await examineEveryBuilder(found, { searchPath: "/nowhere", engines: {} }, context);
  expect(findings).toContainEqual(expect.objectContaining({ builder: "zig", target: rust.host, works: true }));
});

test("if zig must be fetched and pip does not work, only the native builder works", async () => {
  const venv = { name: VENV, state: "missing" as const, text: "", fix: "apt-get install python3-venv" };
  const findings = await examineEveryBuilder(
    { findings: [venv], rust: { ...rust, hasSource: true } },
    { searchPath: "/nowhere", engines: {} },
    context,
  );
  const own = findings.filter(({ target }) => target === rust.host);
  expect(own.filter(({ works }) => works).map(({ builder }) => builder)).toEqual(["native"]);
  // The glibc of this process: a current Node requires one above the floor.
  expect(own.find(({ works }) => works)?.note).toMatch(/^it links against this machine's glibc 2\.\d+, .* than 2\.17$/);
  expect(own[0]).toMatchObject({ builder: "zig", reason: "missing: python3 venv", fix: "apt-get install python3-venv" });
});

test("a builder whose file the audit may refuse works, with a note below the table", () => {
  const finding = { builder: "native" as const, target: rust.host, works: true };
  const text = describeBuilders([
    { ...finding, note: "it links against this machine's glibc 2.36" },
    { ...finding, builder: "zig", works: false, reason: "no zig", fix: "get zig" },
    { ...finding, target: "other" },
  ]);
  expect(text).toMatch(/x86_64-unknown-linux-gnu +✓ \[1\] +✗ \[2\]\n *other +✓\s/);
  expect(text).toMatch(/\[1\] it links against this machine's glibc 2\.36\n\[2\] no zig\n +fix: get zig$/);
});

test("the given folder chooses the Rust toolchain, not the working directory", async () => {
  const [bin, folder] = [temporaryFolder(), temporaryFolder()];
  writeFileSync(join(bin, "rustc"), '#!/bin/sh\n[ "$1" = -vV ] && echo "rustc of $PWD" || echo /rust\n');
  chmodSync(join(bin, "rustc"), 0o755);
  vi.stubEnv("PATH", `${bin}:${process.env.PATH}`);
  onTestFinished(() => void vi.unstubAllEnvs());
  const found = await examine(context, bin, folder);
  expect(found.rust).toMatchObject({ version: `rustc of ${folder}`, folder });
  const std = found.findings.find(({ target }) => target === "armv7-unknown-linux-musleabihf");
  expect(std).toMatchObject({
    state: "missing",
    text: expect.stringContaining("no rustup"),
    fix: expect.stringContaining("under /rust/"),
  });
});
