// Real wheels and a real sdist of a project that has only a Python package: built, run under QEMU, packed, and built again.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { strToU8, unzipSync, zipSync } from "fflate";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { PythonIndex } from "../../../model/report/package-index.ts";
import type { VerifyReport } from "../../../model/report/verify-report.ts";
import type { WheelManifest } from "../../../model/report/wheel-manifest.ts";
import { runOrFail } from "../../../tools/exec.ts";
import { temporaryFolder } from "../../fixtures/temporary-folder.ts";
import { writePythonProject } from "../../pypi/project.ts";
import { boardkit, type Ended } from "../cli.ts";

const TARGET = "aarch64-unknown-linux-gnu";
const WHEEL = "small_sum-0.1.0-cp39-abi3-manylinux2014_aarch64.manylinux_2_17_aarch64.whl";
const SDIST = "small_sum-0.1.0.tar.gz";

const folder = mkdtempSync(join(tmpdir(), "boardkit-wheels-"));
const pack = () => boardkit(["--cwd", folder, "package", "--target", TARGET]);
const packed = (name: string) => join(folder, "dist/pypi", name);
let first: Ended;

beforeAll(async () => {
  writePythonProject(folder);
  first = await pack();
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("package builds the missing wheel, runs it, and packs it with the sdist", () => {
  expect(first).toMatchObject({ code: 0 });
  expect(first.stderr).toMatch(/✓ wheel +aarch64-unknown-linux-gnu/);
  const { run, crates } = JSON.parse(readFileSync(join(folder, "dist", TARGET, "wheel.json"), "utf8")) as WheelManifest;
  expect(run).toMatchObject({ cpu: "cortex-a53", output: "42 by the wheel" });
  expect(crates.map(({ name }) => name)).toEqual(expect.arrayContaining(["small-sum", "pyo3", "pyo3-ffi"]));
  const { packages } = JSON.parse(readFileSync(packed("packages.json"), "utf8")) as PythonIndex;
  expect(packages.map(({ name, version, file, target }) => [name, version, file, target])).toEqual([
    ["small-sum", "0.1.0", WHEEL, TARGET],
    ["small-sum", "0.1.0", SDIST, undefined],
  ]);
});

test("the provenance names what built the wheel and the sdist", () => {
  const { subject, predicate } = JSON.parse(readFileSync(join(folder, "dist/release/provenance.intoto.json"), "utf8")) as {
    subject: { name: string }[];
    predicate: { buildDefinition: { externalParameters: { builds: object[] } } };
  };
  expect(subject.map(({ name }) => name)).toEqual(expect.arrayContaining([WHEEL, SDIST]));
  expect(predicate.buildDefinition.externalParameters.builds).toEqual([
    expect.objectContaining({ file: WHEEL, target: TARGET, name: "zig", tools: expect.stringMatching(/^zig .*maturin/) }),
    { file: SDIST, tools: expect.stringMatching(/^maturin \d/) },
  ]);
});

test("the release has both files, their hashes, and an SBOM with the crates of the wheel", async () => {
  const release = join(folder, "dist/release");
  expect(readdirSync(release)).toEqual(expect.arrayContaining(["SHA256SUMS", "sbom.cdx.json", WHEEL, SDIST]));
  await runOrFail({ argv: ["sha256sum", "--strict", "--check", "SHA256SUMS"], cwd: release }, "SUMS_WRONG");
  const text = readFileSync(join(release, "sbom.cdx.json"), "utf8");
  expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text)).toBeNull();
  const { metadata, components, dependencies } = JSON.parse(text) as {
    metadata: { component: { purl: string }; tools: { components: { name: string }[] } };
    components: { purl: string; hashes?: { content: string }[] }[];
    dependencies: { ref: string; dependsOn?: string[] }[];
  };
  expect(metadata.tools.components.map(({ name }) => name)).toEqual(expect.arrayContaining(["maturin", "rustc", "zig"]));
  expect(metadata.component.purl).toBe(`pkg:pypi/small-sum@0.1.0?file_name=${SDIST}`);
  const wheel = components.find(({ purl }) => purl.endsWith(WHEEL));
  expect(wheel?.hashes).toEqual([
    expect.objectContaining({
      content: createHash("sha256")
        .update(readFileSync(packed(WHEEL)))
        .digest("hex"),
    }),
  ]);
  expect(dependencies.find(({ ref }) => ref === wheel?.purl)?.dependsOn).toEqual(["pkg:cargo/small-sum@0.1.0"]);
  expect(components.map(({ purl }) => purl)).toContainEqual(expect.stringMatching(/^pkg:cargo\/pyo3@0\.30\./));
});

test("a second package builds nothing and gives the same bytes", async () => {
  const before = [WHEEL, SDIST].map((name) => readFileSync(packed(name)));
  const { code, stderr } = await pack();
  expect(code).toBe(0);
  expect(stderr).not.toMatch(/wheel +aarch64/);
  expect([WHEEL, SDIST].map((name) => readFileSync(packed(name)))).toEqual(before);
});

test("wheel and sdist are built again to the same bytes; a changed wheel is not", async () => {
  const changed = join(temporaryFolder(), WHEEL);
  const files = unzipSync(readFileSync(packed(WHEEL)));
  writeFileSync(changed, zipSync({ ...files, "small_sum/__init__.py": strToU8("sum = None\n") }));
  const { code, stdout } = await boardkit(["--cwd", folder, "verify", "--json", packed(WHEEL), packed(SDIST), changed]);
  const { packages, notVerified } = JSON.parse(stdout) as VerifyReport;
  expect(packages.map(({ name, same }) => [name, same])).toEqual([
    ["small-sum", true],
    ["small-sum", true],
    ["small-sum", false],
  ]);
  expect(packages[2]?.differences.map(({ file }) => file)).toEqual(["small_sum/__init__.py"]);
  expect(notVerified).toEqual(["the commit and the builder of wheels and sdists: they name none"]);
  expect(code).toBe(1);
}, 600_000);

test("files of another version, project, platform, and no file are refused with the fix", async () => {
  const place = temporaryFolder();
  const named = (name: string) => (copyFileSync(packed(name.endsWith(".whl") ? WHEEL : SDIST), join(place, name)), join(place, name));
  const refused = async (path: string) => (await boardkit(["--cwd", folder, "verify", "--built", path])).stderr;
  expect(await refused(named(WHEEL.replace("0.1.0", "0.2.0")))).toMatch(/OTHER_VERSION: [^]*small-sum 0\.2\.0[^]*source of 0\.1\.0/);
  expect(await refused(named("another-0.1.0.tar.gz"))).toMatch(/OTHER_PROJECT: [^]*--cwd/);
  expect(await refused(named("small_sum-0.1.0-cp39-abi3-win_amd64.whl"))).toMatch(/OTHER_PLATFORM: [^]*win_amd64/);
  expect(await refused(named(WHEEL.replaceAll("aarch64", "armv7l")))).toMatch(/NOT_BUILT: [^]*armv7-unknown-linux-gnueabihf/);
  expect(await refused(join(place, "nothing.whl"))).toMatch(/NO_PACKAGE: [^]*no such file/);
  mkdirSync(join(place, "folder.whl"));
  expect(await refused(join(place, "folder.whl"))).toMatch(/NO_PACKAGE: [^]*it is a folder/);
});

test("a wheel of an older version is built again, and one that has changed since its audit too", async () => {
  const built = join(folder, "dist", TARGET, "wheel", WHEEL);
  writeFileSync(built, "changed");
  const { code, stderr } = await pack();
  expect(code).toBe(0);
  expect(stderr).toMatch(/✓ wheel +aarch64-unknown-linux-gnu/);
  expect(readFileSync(built)).toEqual(readFileSync(packed(WHEEL)));
}, 600_000);

test.each([
  [["ship", "--target", TARGET], "boardkit build --binding python"],
  [["package", "--binding", "node"], "leave out --binding"],
])("a command for addons says that there is none: %s", async (args, fix) => {
  const { code, stderr } = await boardkit(["--cwd", folder, ...args]);
  expect(stderr).toMatch(/NOT_NAPI: small-sum has no addon/);
  expect(stderr).toContain(fix);
  expect(code).toBe(2);
});

test("build takes the wheel where there is no addon, and --json prints one document", async () => {
  const build = ["--cwd", folder, "build", "--target", TARGET, "--json"];
  const { stdout } = await boardkit([...build, "--dry-run"]);
  expect(JSON.parse(stdout)).toMatchObject({ wheels: [{ step: { id: "wheel" } }] });
  const { code, stderr } = await boardkit([...build, "--binding", "all"]);
  expect(stderr).toContain("USAGE: --json prints one document");
  expect(code).toBe(2);
});

test("an sdist that would contain build output is refused", async () => {
  const manifest = join(folder, "Cargo.toml");
  const text = readFileSync(manifest, "utf8");
  writeFileSync(manifest, text.replace('exclude = ["/dist"]\n', ""));
  const { code, stderr } = await boardkit(["--cwd", folder, "verify", packed(SDIST)]);
  writeFileSync(manifest, text);
  expect(stderr).toMatch(/SDIST_UNFIT: [^]*small_sum-0\.1\.0\/dist\/[^]*fix: +let git ignore dist/);
  expect(code).toBe(2);
});
