// The files of a release, made by the real nfpm and unpacked again; the addons are stand-ins.
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { Spec, Validation } from "@cyclonedx/cyclonedx-library";
import { beforeAll, describe, expect, test, type TestContext, vi } from "vitest";
import { readArchive } from "../../lib/archive/archive.ts";
import { cacheRoot } from "../../lib/paths.ts";
import { readProject } from "../../model/project.ts";
import { packProject } from "../../stages/package/package.ts";
import { writeRelease, type ReleaseOptions } from "../../stages/release/release.ts";
import { createPackable, quietContext, targets, triples } from "../fixtures/packable-project.ts";
import { runOrFail } from "../../tools/exec.ts";
import { skipFor } from "../fixtures/skip-for.ts";
import { temporaryFolder } from "../fixtures/temporary-folder.ts";

const CARGO_TOML =
  '[package]\nname = "thing"\nversion = "1.2.3"\nlicense = "MIT/Apache-2.0"\n\n[lib]\npath = "lib.rs"\ncrate-type = ["cdylib"]\n\n[workspace]\n';
const CARGO_LOCK = '# made by hand\nversion = 4\n\n[[package]]\nname = "thing"\nversion = "1.2.3"\n';
const crate = { "Cargo.toml": CARGO_TOML, "Cargo.lock": CARGO_LOCK, "lib.rs": "" };

/** A project's release: its folder, files and skipped packages. */
async function release(
  packageJson: object = {},
  options: Partial<ReleaseOptions> & { cache?: string; files?: Record<string, string> } = {},
) {
  const { cache = cacheRoot(process.env), files: added, ...releaseOptions } = options;
  const project = readProject(createPackable(packageJson, { ...crate, ...added }));
  const skipped: string[] = [];
  const quiet = quietContext();
  const reporter = { ...quiet.reporter, skipped: (_step: string, what: string, why: string) => void skipped.push(`${what}: ${why}`) };
  const context = { ...quiet, cache, reporter };
  const index = await packProject(project, triples, false, context);
  const files = await writeRelease(project, { packages: index }, releaseOptions, context);
  const folder = join(project.folder, "dist/release");
  const names = files.map(({ file }) => file);
  return { folder, files, names, skipped, read: (name: string) => readFileSync(join(folder, name)) };
}

/** The release of a project with default settings, for tests that only read it; the first one compiles nfpm. */
let plain: Awaited<ReturnType<typeof release>>;
beforeAll(async () => void (plain = await release()), 600_000);

/** Skips a test if nfpm is not available. */
function needNfpm(task: TestContext): void {
  const [reason] = plain.skipped;
  if (reason !== undefined) skipFor(task, reason);
}

const sha256 = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");

test("one folder has all files, and the hashes are right", async (context) => {
  needNfpm(context);
  const { folder, names } = plain;
  const system = names.filter((name) => /\.(deb|ipk|apk)$/.test(name));
  expect(names.filter((name) => name.endsWith(".tgz"))).toHaveLength(targets.length + 1);
  expect(system.filter((name) => name.endsWith(".deb"))).toEqual([
    "node-me-thing-armv6_1.2.3-1_armhf.deb",
    "node-me-thing_1.2.3-1_amd64.deb",
    "node-me-thing_1.2.3-1_arm64.deb",
    "node-me-thing_1.2.3-1_armhf.deb",
  ]);
  const openwrt = targets.flatMap(({ openwrt: names_ }) => names_);
  for (const arch of openwrt)
    expect(system).toEqual(expect.arrayContaining([`node-me-thing_1.2.3-1_${arch}.ipk`, `node-me-thing_1.2.3-r1_${arch}.apk`]));
  expect(system).toHaveLength(4 + openwrt.length * 2);
  expect(readdirSync(folder).toSorted()).toEqual([...names, "SHA256SUMS"].toSorted());
  const { stdout } = await runOrFail({ argv: ["sha256sum", "--strict", "--check", "SHA256SUMS"], cwd: folder }, "SUMS_WRONG");
  expect(stdout.trim().split("\n")).toHaveLength(names.length);
});

test("dpkg reads a .deb, which has its dependencies", async (context) => {
  needNfpm(context);
  const { folder } = await release({ author: "Me <me@example.com> (https://me.example)", description: "costs $HOME" });
  const field = async (file: string) => (await runOrFail({ argv: ["dpkg-deb", "--field", join(folder, file)] }, "DEB")).stdout;
  expect(await field("node-me-thing_1.2.3-1_arm64.deb")).toMatch(
    /^Package: node-me-thing\nVersion: 1.2.3-1\nSection: javascript\n(.*\n)*Architecture: arm64\n(.*\n)*Maintainer: Me <me@example.com>\n(.*\n)*Depends: nodejs \(>= 20\), libc6 \(>= 2.17\)\n(.*\n)*Description: costs \$HOME\n$/,
  );
  const armv6 = await field("node-me-thing-armv6_1.2.3-1_armhf.deb");
  for (const key of ["Provides", "Conflicts"]) expect(armv6).toContain(`${key}: node-me-thing\n`);
  const { stdout } = await runOrFail({ argv: ["dpkg-deb", "--contents", join(folder, "node-me-thing_1.2.3-1_amd64.deb")] }, "DEB");
  expect(stdout).toContain("./usr/lib/node/@me/thing -> ../../node_modules/@me/thing\n");
  expect(stdout).toContain("./usr/share/nodejs/@me/thing -> ../../../lib/node_modules/@me/thing\n");
  expect(stdout).not.toMatch(/^(?!.* 1985-10-26 ).+$/m);
  expect(stdout).not.toMatch(/^(?!.* root\/root ).+$/m);
});

test("the packages of Debian and OpenWrt contain the npm packages, byte for byte", async (context) => {
  needNfpm(context);
  const { read } = plain;
  const filesOf = async (name: string, place = "") => {
    const files = await readArchive(read(name), name, () => true);
    return files.flatMap(({ name: path, bytes }) =>
      bytes.length > 0 && path !== ".PKGINFO" ? [`${path.replace("package/", place)} ${sha256(bytes)}`] : [],
    );
  };
  const folder = "usr/lib/node_modules/@me/thing/";
  const nested = `${folder}node_modules/@me/thing-linux-arm64-musl/`;
  const expected = [
    ...(await filesOf("me-thing-1.2.3.tgz", folder)),
    ...(await filesOf("me-thing-linux-arm64-musl-1.2.3.tgz", nested)),
  ].toSorted();
  expect(expected).toContain(`${nested}thing.linux-arm64-musl.node ${sha256("addon for aarch64-unknown-linux-musl")}`);
  for (const name of ["node-me-thing_1.2.3-1_aarch64_cortex-a53.ipk", "node-me-thing_1.2.3-r1_aarch64_cortex-a53.apk"])
    expect([name, (await filesOf(name)).toSorted()]).toEqual([name, expected]);
});

test("an .ipk has the three members that opkg reads, and an architecture of OpenWrt", async (context) => {
  needNfpm(context);
  const { folder } = plain;
  const path = join(folder, "node-me-thing_1.2.3-1_arm_cortex-a7_neon-vfpv4.ipk");
  const tar = (...args: string[]) => runOrFail({ argv: ["tar", ...args] }, "IPK").then(({ stdout }) => stdout);
  expect(await tar("-tzf", path)).toBe("./debian-binary\n./control.tar.gz\n./data.tar.gz\n");
  expect(await tar("-xzOf", path, "./debian-binary")).toBe("2.0\n");
  const unpacked = temporaryFolder();
  await tar("-xzf", path, "-C", unpacked);
  const control = await tar("-xzOf", join(unpacked, "control.tar.gz"), "./control");
  for (const line of ["Package: node-me-thing", "Version: 1.2.3-1", "Architecture: arm_cortex-a7_neon-vfpv4", "Depends: libc, node"])
    expect(control.split("\n")).toContain(line);
});

test("an .apk has version 2: its control has the hash of the data, and each file's header has the hash of the file", async (context) => {
  needNfpm(context);
  const { read } = plain;
  const bytes = read("node-me-thing_1.2.3-r1_x86_64.apk");
  // Two gzip streams in sequence.
  const second = bytes.indexOf(Buffer.from("1f8b08", "hex"), 3);
  const control = gunzipSync(bytes.subarray(0, second)).toString();
  const data = bytes.subarray(second);
  expect(control).toContain("pkgname = node-me-thing\npkgver = 1.2.3-r1\narch = x86_64\n");
  expect(control).toContain("depend = libc\ndepend = node\n");
  expect(control).toContain(`datahash = ${sha256(data)}`);
  const tar = gunzipSync(data);
  // apk-tools 3 refuses a package with a mode that is no octal number.
  expect(headersOf(tar).filter(({ mode }) => !/^[0-7]{7}\0$/.test(mode))).toEqual([]);
  expect(headersOf(tar)).toContainEqual({ name: "usr/lib/node_modules/@me/thing/", mode: "0000755\0" });
  const sums = [...tar.toString("latin1").matchAll(/APK-TOOLS\.checksum\.SHA1=([0-9a-f]{40})/g)].map(([, sum]) => sum);
  const files = await readArchive(data, "data.tar.gz", () => true);
  const hashes = files.filter(({ bytes: file }) => file.length > 0).map(({ bytes: file }) => createHash("sha1").update(file).digest("hex"));
  expect(hashes.length).toBeGreaterThan(5);
  expect(sums).toEqual(expect.arrayContaining(hashes));
});

/** Name and mode of each entry of a tar, as its header has them. */
function headersOf(tar: Buffer): { name: string; mode: string }[] {
  const headers: { name: string; mode: string }[] = [];
  const text = (at: number, length: number) => tar.toString("latin1", at, at + length);
  for (let at = 0; tar[at];) {
    headers.push({ name: text(at, 100).replace(/\0.*/s, ""), mode: text(at + 100, 8) });
    at += 512 + Math.ceil(Number.parseInt(text(at + 124, 11), 8) / 512) * 512;
  }
  return headers;
}

test("the same bytes in another folder and with another mask", async (context) => {
  needNfpm(context);
  const first = plain;
  const before = process.umask(0o077);
  try {
    const second = await release();
    expect(second.folder).not.toBe(first.folder);
    expect(second.files).toEqual(first.files);
  } finally {
    process.umask(before);
  }
});

test("SOURCE_DATE_EPOCH sets every time in the files", async (context) => {
  needNfpm(context);
  const { folder, read } = await release({}, { epoch: 1_700_000_000 });
  expect(JSON.parse(read("sbom.cdx.json").toString())).toMatchObject({ metadata: { timestamp: "2023-11-14T22:13:20.000Z" } });
  for (const name of ["node-me-thing_1.2.3-1_arm64.deb", "node-me-thing_1.2.3-r1_x86_64.apk"]) {
    const list = name.endsWith(".deb") ? ["dpkg-deb", "--contents"] : ["tar", "--warning=no-unknown-keyword", "-tvzf"];
    const { stdout } = await runOrFail({ argv: [...list, join(folder, name)], env: { TZ: "UTC" } }, "LIST");
    expect(stdout.split("\n").filter((line) => line && !line.includes(" 2023-11-14 ") && !line.endsWith(".PKGINFO"))).toEqual([]);
  }
});

test("a prerelease sorts before its release everywhere, and apk is skipped if it has no such version", async (context) => {
  needNfpm(context);
  const candidate = await release({ version: "2.0.0-rc.1" });
  expect(candidate.names).toEqual(
    expect.arrayContaining([
      "node-me-thing_2.0.0~rc.1-1_amd64.deb",
      "node-me-thing_2.0.0~rc.1-1_x86_64.ipk",
      "node-me-thing_2.0.0_rc1-r1_x86_64.apk",
    ]),
  );
  const { stdout } = await runOrFail(
    { argv: ["dpkg-deb", "--field", join(candidate.folder, "node-me-thing_2.0.0~rc.1-1_amd64.deb"), "Version"] },
    "DEB",
  );
  await runOrFail({ argv: ["dpkg", "--compare-versions", stdout.trim(), "lt", "2.0.0-1"] }, "DEB");
  const next = await release({ version: "2.0.0-next.1" });
  expect(next.names.filter((name) => name.endsWith(".apk"))).toEqual([]);
  expect(next.skipped).toContain("a package of OpenWrt: node-me-thing_2.0.0-r1_x86_64.apk: apk has no version like 2.0.0-next.1");
});

describe("packages that cannot be made are skipped with the reason", () => {
  test("without a network there is no nfpm", async () => {
    // Only Go's modules: Go itself does not come from the proxy.
    vi.stubEnv("GOPROXY", "off");
    const { names, skipped } = await release({}, { cache: temporaryFolder() });
    vi.unstubAllEnvs();
    expect(skipped).toEqual([expect.stringMatching(/^packages of Debian and OpenWrt: nfpm is not available: /)]);
    expect(names.filter((name) => !name.endsWith(".tgz"))).toEqual(["provenance.intoto.json", "sbom.cdx.json"]);
  });

  const dependent = { dependencies: { other: "^1.0.0" } };
  test("dependencies, which system packages do not include; the SBOM has them", async () => {
    const other = JSON.stringify({ name: "other", version: "1.0.1", license: "ISC", dependencies: { deeper: "*" } });
    const deeper = JSON.stringify({ name: "deeper", version: "3.0.0" });
    const files = { "node_modules/other/package.json": other, "node_modules/deeper/package.json": deeper };
    const { names, skipped, read } = await release(dependent, { files });
    expect(skipped).toEqual(["packages of Debian and OpenWrt: they would have to include the dependencies of @me/thing: other"]);
    expect(names.some((name) => name.endsWith(".deb"))).toBe(false);
    const { components, dependencies } = JSON.parse(read("sbom.cdx.json").toString()) as {
      components: { name: string }[];
      dependencies: { ref: string; dependsOn?: string[] }[];
    };
    expect(components).toContainEqual(expect.objectContaining({ purl: "pkg:npm/other@1.0.1", scope: "required" }));
    expect(components).toContainEqual(expect.objectContaining({ purl: "pkg:npm/deeper@3.0.0" }));
    const root = dependencies.find(({ ref }) => ref === "pkg:npm/%40me/thing@1.2.3");
    expect(root?.dependsOn).toContain("pkg:npm/other@1.0.1");
    expect(root?.dependsOn).not.toContain("pkg:npm/deeper@3.0.0");
  });

  test("a dependency that is not installed", async () => {
    await expect(release(dependent)).rejects.toThrow(expect.objectContaining({ code: "NOT_INSTALLED" }));
  });
});

test("the SBOM is valid CycloneDX", async () => {
  const text = plain.read("sbom.cdx.json").toString();
  expect(await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text)).toBeNull();
  expect(text).not.toContain("serialNumber");
});
