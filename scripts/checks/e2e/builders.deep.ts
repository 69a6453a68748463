// One addon with C code, built with each builder of this machine, audited and run: with real compilers and, if an engine works, in a real
// container.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { BuilderName } from "../../model/builder.ts";
import type { Manifest } from "../../model/report/manifest.ts";
import type { Compared } from "../../stages/compare/compare.ts";
import { boardkit, createProject } from "./cli.ts";

const aarch64 = "aarch64-unknown-linux-gnu";
const musl = "aarch64-unknown-linux-musl";

test(
  "zig, gcc and cross build the same addon for a Cortex-A53, each within the floor and without the erratum",
  { timeout: 900_000 },
  async () => {
    const folder = createProject(
      {
        "build.rs": 'fn main() { napi_build::setup(); cc::Build::new().file("add.c").compile("add"); }',
        "add.c": "int c_add(int a, int b) { return a + b; }\n",
        "src/lib.rs":
          'use napi_derive::napi;\n\nextern "C" { fn c_add(a: i32, b: i32) -> i32; }\n\n#[napi]\npub fn sum(a: i32, b: i32) -> i32 { unsafe { c_add(a, b) } }\n',
      },
      '[dependencies]\nnapi = "3"\nnapi-derive = "3"\n\n[build-dependencies]\nnapi-build = "2"\ncc = "1"\n',
    );
    const builders: BuilderName[] = ["zig", "gcc"];
    const dryRun = await boardkit(["--cwd", folder, "build", "--dry-run", "--builder", "cross", "--target", aarch64]);
    if (dryRun.code === 0) builders.push("cross");
    else console.warn(`not compared with cross: ${dryRun.stderr}`);
    const args = [
      "--cwd",
      folder,
      "compare",
      "builders",
      "--json",
      "--builders",
      builders.join(","),
      "--target",
      aarch64,
      "--target",
      musl,
    ];
    const { code, stdout, stderr } = await boardkit(args);
    expect(code, stderr).toBe(0);
    const { rows } = JSON.parse(stdout) as { rows: Compared[] };
    const of = (target: string) => rows.filter((row) => row.target === target);
    expect(of(aarch64).map(({ builder }) => builder)).toEqual(builders);
    for (const row of of(aarch64)) {
      expect(row).toMatchObject({ passed: 1, failed: 0, errata843419: 0 });
      expect(Number(row.glibc?.split(".")[1])).toBeLessThanOrEqual(17);
      const manifest = readFileSync(join(folder, "dist/.compare", row.builder, aarch64, "manifest.json"), "utf8");
      const sizes = (JSON.parse(manifest) as Manifest).steps.build?.sizes ?? [];
      for (const crate of ["foreign", "napi", "std"])
        expect(sizes, row.builder).toContainEqual(expect.objectContaining({ kind: "crate", name: crate }));
    }
    expect(of(musl).find(({ builder }) => builder === "gcc")?.reason).toContain("no cross gcc for musl");
    expect(of(musl).filter(({ passed }) => passed === 1)).toHaveLength(builders.length - 1);
  },
);
