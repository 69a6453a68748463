import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Plan } from "../../model/plan.ts";
import type { Project } from "../../model/project.ts";
import { selectProfile, selectTriples } from "../../model/registry.ts";
import { quietContext } from "../../checks/fixtures/packable-project.ts";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { run } from "../../tools/exec.ts";
import { planWheels, toolsOfWheels, type PythonRun } from "./plan.ts";

const context = { ...quietContext(), cache: "/cache" };

/** The wheel of a target, of a project whose Python package is the folder itself. */
function planned(triple: string, { builder = "zig", settings = {} } = {}) {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "pyproject.toml"), "");
  const [target] = selectTriples(context.registry, [triple]);
  const steps = [{ id: "build", env: { CC: "cc", BOARDKIT_MAP: "/target/of-the-addon.map" } }];
  const plan = { targets: [{ target, builder, steps, std: "prebuilt", dist: "/dist", targetDir: "/target" }] } as unknown as Plan;
  const project = { folder, name: "thing", settings: { python: ".", profiles: {}, ...settings } } as Project;
  const [wheel] = planWheels(plan, project, selectProfile(context.registry, "standard"), ["/input"], context).wheels;
  if (!wheel) throw new Error(`no wheel of ${triple}`);
  return { ...wheel, folder };
}

test("maturin gets the addon's environment and flags, and the platform of the target's wheels", () => {
  const { step, folder } = planned("x86_64-unknown-linux-gnu");
  expect(step).toMatchObject({ cwd: folder, inputs: ["/input"], outputs: ["/dist/wheel"] });
  // The linker cannot write the addon's map, whose folder only a build of the addon makes.
  expect(step.env).toEqual({ CC: "cc", PYO3_NO_PYTHON: "1" });
  const out = "/dist/.partial-wheel/wheel";
  expect(step.argv.slice(1).join(" ")).toBe(
    `build --profile release --locked --target x86_64-unknown-linux-gnu --target-dir /target --compatibility manylinux_2_17 --out ${out}`,
  );
  const ending = (triple: string) => planned(triple).step.argv.join(" ").split("--compatibility ")[1];
  expect(ending("armv7-unknown-linux-musleabihf")).toBe(`musllinux_1_2 --out ${out}`);
  expect(ending("arm-unknown-linux-gnueabihf")).toBe(`linux --out ${out}`);
  expect(ending("arm-unknown-linux-musleabihf")).toBe(`musllinux_1_2 --out ${out} --auditwheel skip`);
});

test("a wheel is run if there is a Python of the target, by the project's script or an import of its modules", async () => {
  expect(planned("x86_64-unknown-linux-musl")).toMatchObject({ run: { skip: expect.stringContaining("no registry") } });
  const scripted = planned("x86_64-unknown-linux-gnu", { settings: { pythonSmoke: "smoke.py" } });
  expect((scripted.run as PythonRun).argv.at(-1)).toBe(join(scripted.folder, "smoke.py"));
  const tools = (triple: string) => toolsOfWheels(selectTriples(context.registry, [triple]));
  expect(tools("x86_64-unknown-linux-musl")).toEqual(["maturin"]);
  expect(tools("x86_64-unknown-linux-gnu")).toEqual(["maturin", "qemu-user", "python-x86_64-glibc"]);

  const [flag = "", code = "", site] = (planned("x86_64-unknown-linux-gnu").run as PythonRun).argv.slice(-3);
  expect(site).toBe("/dist/wheel-site");
  const folder = temporaryFolder();
  const importAll = () => run({ argv: ["python3", flag, code, folder], env: { PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: "1" } });
  expect(await importAll()).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("the wheel has no module") });
  for (const name of ["thing", "thing-1.0.dist-info", "thing.libs"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "thing/__init__.py"), "");
  expect(await importAll()).toMatchObject({ exitCode: 0, stdout: "thing\n" });
  writeFileSync(join(folder, "thing/__init__.py"), "raise ImportError('not for this CPU')");
  expect(await importAll()).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("not for this CPU") });
});

test("a wheel is not built in a container or without a Python package, and the error has the fix", () => {
  expect(() => planned("aarch64-unknown-linux-gnu", { builder: "cross" })).toThrow(
    expect.objectContaining({
      code: "BUILDER_UNFIT",
      details: expect.objectContaining({ fix: "build wheels with --builder zig, gcc or native" }),
    }),
  );
  const refused = (message: string) => expect.objectContaining({ code: "NO_PYTHON", message: expect.stringContaining(message) });
  expect(() => planned("aarch64-unknown-linux-gnu", { settings: { python: "py" } })).toThrow(refused("there is no pyproject.toml in"));
  expect(() => planned("aarch64-unknown-linux-gnu", { settings: { python: undefined } })).toThrow(refused("thing names no folder"));
});
