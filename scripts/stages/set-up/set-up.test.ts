// Set-up, and its facts for the plan.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { readProject } from "../../model/project.ts";
import { createProject } from "../../checks/fixtures/crate-project.ts";
import { quietContext } from "../../checks/fixtures/packable-project.ts";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { whereIs } from "./host-tools.ts";
import { setUp } from "./set-up.ts";

const musl = "aarch64-unknown-linux-musl";
const gnu = "aarch64-unknown-linux-gnu";

/** A search path that begins with scripts. Each logs its call, runs the given text, and then the real program. */
function searchPathWith(programs: Record<string, string>): { searchPath: string; calls: () => string[] } {
  const bin = temporaryFolder();
  const path = process.env.PATH ?? "";
  const log = join(bin, "calls");
  for (const [name, text] of Object.entries(programs)) {
    const real = whereIs(name, path) ?? "false";
    writeFileSync(join(bin, name), `#!/bin/sh\necho "${name} $1" >> ${log}\n${text}\nexec ${real} "$@"\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const searchPath = `${bin}:${path}`;
  vi.stubEnv("PATH", searchPath);
  onTestFinished(() => void vi.unstubAllEnvs());
  return { searchPath, calls: () => readFileSync(log, "utf8").trim().split("\n") };
}

test("the facts have a standard library that set-up has fetched, and not one that rustup does not have", async () => {
  const folder = createProject({ "src/lib.rs": "" });
  const [sysroot, cache] = [temporaryFolder(), temporaryFolder()];
  // With these folders set-up does not require the disk space of a first build.
  for (const existing of [join(folder, "dist"), join(cache, "store"), join(sysroot, "lib/rustlib/src/rust/library/std")])
    mkdirSync(existing, { recursive: true });
  writeFileSync(join(sysroot, "lib/rustlib/src/rust/library/std/Cargo.toml"), "");
  const { searchPath, calls } = searchPathWith({
    rustc: `[ "$*" = "--print sysroot" ] && echo ${sysroot} && exit`,
    rustup: `[ "$3" = ${musl} ] && mkdir -p ${sysroot}/lib/rustlib/$3/lib && exit\nexit 1`,
    cargo: "",
  });
  const context = { ...quietContext(), cache };
  const request = { cwd: folder, targets: [musl, gnu], profile: "standard", builder: "zig" as const, searchPath, engines: {} };
  const { facts } = await setUp.run({ project: readProject(folder), request, seconds: {} }, context);
  expect([...facts.std]).toEqual([musl]);
  expect(calls().filter((call) => call.startsWith("rustup"))).toHaveLength(2);
  // The project had no Cargo.lock: the first call has --locked, the second one writes the file.
  expect(facts.newLockfile).toBe(true);
  expect(calls().filter((call) => call === "cargo metadata")).toHaveLength(2);
});
