// Signed checksums and provenance of a release, by the CLI. The addons are stand-ins; where a test says no other, so are Sigstore's authorities and
// npm's registry.
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { cacheRoot, packageRoot } from "../../lib/paths.ts";
import { integrityOf } from "../../lib/hash.ts";
import { readProject } from "../../model/project.ts";
import { getToolchain } from "../../model/registry.ts";
import { packProject } from "../../stages/package/package.ts";
import { writeRelease } from "../../stages/release/release.ts";
import { fetchOptional } from "../../stages/set-up/fetch.ts";
import { run } from "../../tools/exec.ts";
import { provided } from "../../tools/store/store.ts";
import { serveFolder } from "../fixtures/feed/server.ts";
import { createPackable, quietContext, triples } from "../fixtures/packable-project.ts";
import { provenanceOf, startAuthorities } from "../fixtures/sigstore/authority.ts";
import { skipFor } from "../fixtures/skip-for.ts";
import { temporaryFolder } from "../fixtures/temporary-folder.ts";
import { boardkit } from "./cli.ts";

const context = { ...quietContext(), cache: cacheRoot(process.env) };
const crate = {
  "Cargo.toml":
    '[package]\nname = "thing"\nversion = "1.2.3"\nlicense = "MIT"\n\n[lib]\npath = "lib.rs"\ncrate-type = ["cdylib"]\n\n[workspace]\n',
  "Cargo.lock": '# made by hand\nversion = 4\n\n[[package]]\nname = "thing"\nversion = "1.2.3"\n',
  "lib.rs": "",
};
const ADDON = "thing.linux-arm64-gnu.node";
const TARBALL = "me-thing-linux-arm64-gnu-1.2.3.tgz";

let project = "";
let [release, roots] = ["", ""];
let bundle: object;
const path = (...names: string[]) => join(project, ...names);
const provenance = (...words: string[]) => boardkit(["--cwd", project, "verify", "--provenance", "--trusted-root", roots, ...words]);

beforeAll(async () => {
  project = createPackable({}, crate);
  release = path("dist/release");
  const packed = readProject(project);
  await writeRelease(packed, { packages: await packProject(packed, triples, false, context) }, {}, context);
  const authorities = await startAuthorities();
  roots = path("roots.json");
  writeFileSync(roots, authorities.trustedRoot);
  // As GitHub's action reads the list.
  const lines = readFileSync(path("dist/subjects.sha256"), "utf8").trim().split("\n");
  const hashes = Object.fromEntries(lines.map((line) => [line.slice(66), line.slice(0, 64)]));
  bundle = await authorities.sign(provenanceOf(hashes));
  writeFileSync(join(release, "provenance.sigstore.json"), JSON.stringify(bundle));
  const predicate = JSON.parse(readFileSync(join(release, "sbom.cdx.json"), "utf8")) as object;
  const sbom = await authorities.sign(provenanceOf(hashes, { predicateType: "https://cyclonedx.org/bom", predicate }));
  writeFileSync(join(release, "sbom.sigstore.json"), JSON.stringify(sbom));
}, 600_000);

test("one bundle is about all files of the release, their checksums, and the addons in the packages", async () => {
  const files = readdirSync(release).filter((name) => !name.endsWith(".sigstore.json"));
  expect(files).toEqual(expect.arrayContaining([TARBALL, "SHA256SUMS", "provenance.intoto.json", "sbom.cdx.json"]));
  const all = await provenance("--json", ...files.map((name) => join(release, name)));
  expect(all, all.stderr).toMatchObject({ code: 0 });
  const report = JSON.parse(all.stdout) as { files: { provenance?: { subject: string }; sbom?: { components: number } }[] };
  expect(report.files.map((file) => file.provenance?.subject)).toEqual(files);
  // The platforms' packages at least.
  expect(Math.min(...report.files.map(({ sbom }) => sbom?.components ?? 0))).toBeGreaterThanOrEqual(triples.length);

  const addon = path("dist/aarch64-unknown-linux-gnu", ADDON);
  expect(await provenance("--json", addon)).toMatchObject({ code: 1, stderr: expect.stringContaining("UNSIGNED") });
  const named = await provenance("--bundle", join(release, "provenance.sigstore.json"), "--ref", "refs/tags/v1.2.3", addon);
  expect(named, named.stderr).toMatchObject({ code: 0 });
  expect(named.stdout).toContain(`✓ ${addon}: built by me/thing at refs/tags/v1.2.3\n`);
  expect(named.stdout).toContain(`keys of the authorities: ${roots}`);
});

test("a file of another repository, and a changed one", async () => {
  const file = join(release, TARBALL);
  const other = await provenance("--repo", "you/thing", file);
  expect(other).toMatchObject({ code: 1, stderr: expect.stringContaining("OTHER_REPOSITORY: 1 of 1 files are refused") });
  expect(other.stdout).toContain(`✗ ${file}: it was built by me/thing, not by you/thing\n`);
  const changed = path("changed.tgz");
  writeFileSync(changed, Buffer.concat([readFileSync(file), Buffer.from([0])]));
  const both = await provenance("--bundle", join(release, "provenance.sigstore.json"), changed, file);
  expect(both).toMatchObject({ code: 1, stderr: expect.stringContaining("OTHER_FILE: 1 of 2 files are refused") });
  expect(await provenance("--repo", "thing", file)).toMatchObject({ code: 2, stderr: expect.stringContaining("--repo") });
  expect(await boardkit(["verify", "--provenance", "--built", file])).toMatchObject({ code: 2 });
});

test("the bundle of an npm package, from its registry", async () => {
  const [folder, served] = [temporaryFolder("npm"), temporaryFolder("registry")];
  const [name, file] = ["@me/thing-linux-arm64-gnu", join(folder, TARBALL)];
  const bytes = readFileSync(join(release, TARBALL));
  writeFileSync(file, bytes);
  const server = await serveFolder(served);
  onTestFinished(() => server.end());
  const serve = (place: string, value: object) => {
    mkdirSync(dirname(join(served, place)), { recursive: true });
    writeFileSync(join(served, place), JSON.stringify(value));
  };
  const answer = "attestations/thing@1.2.3";
  const serveVersion = (more: object) => {
    const dist = { tarball: `${server.url}/x.tgz`, integrity: integrityOf(bytes), ...more };
    serve(name, { name, "dist-tags": { latest: "1.2.3" }, versions: { "1.2.3": { name, version: "1.2.3", dist } } });
  };
  const call = () =>
    boardkit(["--cwd", project, "verify", "--trusted-root", roots, file], {
      npm_config_registry: server.url,
      npm_config_cache: temporaryFolder("cache"),
    });

  serveVersion({ attestations: { url: `${server.url}/${answer}`, provenance: { predicateType: "https://slsa.dev/provenance/v1" } } });
  serve(answer, { attestations: [{ predicateType: "https://slsa.dev/provenance/v1", bundle }] });
  const found = await call();
  expect(found, found.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining(`bundle ${server.url}/${answer}\n`) });
  serve(answer, { attestations: [] });
  expect(await call()).toMatchObject({ code: 1, stderr: expect.stringContaining("NO_PROVENANCE") });
  rmSync(join(served, answer));
  expect(await call()).toMatchObject({ code: 1, stdout: expect.stringContaining("HTTP 404") });
  serveVersion({});
  const none = await call();
  expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining("UNSIGNED") });
  expect(none.stdout).toContain(`it is unsigned: there is no bundle beside it, and npm's registry has none for ${name}@1.2.3\n`);
});

test("a real package of npm, by its real bundle and without a network: the keys are those that Sigstore's client comes with", async (task) => {
  const folder = temporaryFolder("npm");
  const packed = await run({ argv: ["npm", "pack", "sigstore@2.1.0", "--silent"], cwd: folder });
  if (packed.exitCode !== 0) skipFor(task, `npm does not reach its registry: ${packed.stderr.trim()}`);
  const file = join(folder, "sigstore-2.1.0.tgz");
  cpSync(join(packageRoot, "scripts/checks/fixtures/sigstore/npm-sigstore-2.1.0.sigstore.json"), `${file}.sigstore.json`);
  const alone = ["unshare", "--user", "--map-root-user", "--net"];
  if ((await run({ argv: [...alone, "true"] })).exitCode !== 0) skipFor(task, "the kernel makes no namespaces here");
  const verify = (...words: string[]) =>
    run({
      argv: [...alone, process.execPath, join(packageRoot, "scripts/boardkit.mjs"), "verify", "--provenance", ...words, file],
      env: { BOARDKIT_SKIP_INSTALL: "1", BOARDKIT_CACHE: join(folder, "cache") },
    });
  const found = await verify("--repo", "sigstore/sigstore-js");
  expect(found, found.stderr).toMatchObject({
    exitCode: 0,
    stdout: expect.stringMatching(/^✓ .*: built by sigstore\/sigstore-js at refs\/heads\/main\n/),
  });
  expect(found.stdout).toContain("commit 26d16513386ffaa790b1c32f927544f1322e4194\n");
  expect(found.stdout).toMatch(/keys of the authorities: .*, not updated: /);
  const other = await verify("--repo", "sigstore/cosign");
  expect(other).toMatchObject({
    exitCode: 1,
    stdout: expect.stringContaining("it was built by sigstore/sigstore-js, not by sigstore/cosign"),
  });
});

test("checksums that are signed with a key of one's own: boardkit and signify verify them", async (task) => {
  expect(await boardkit(["--cwd", project, "feed-keys", "keys"])).toMatchObject({ code: 0 });
  const signed = await boardkit(["--cwd", project, "sign", "--keys", "keys"]);
  expect(signed, signed.stderr).toMatchObject({ code: 0 });
  const key = path("thing.pub");
  writeFileSync(key, signed.stdout.slice(signed.stdout.indexOf("untrusted comment:")));
  const sums = join(release, "SHA256SUMS");
  const verified = await boardkit(["verify", "--key", key, sums]);
  expect(verified, verified.stderr).toMatchObject({ code: 0 });
  expect(verified.stdout.match(/^✓ /gm)).toHaveLength(readFileSync(sums, "utf8").trim().split("\n").length);
  const unlisted = await boardkit(["verify", "--key", key, join(release, "provenance.sigstore.json")]);
  expect(unlisted).toMatchObject({ code: 1, stderr: expect.stringContaining("NOT_LISTED") });
  const inside = await boardkit(["--cwd", project, "sign", "--keys", "dist/keys"]);
  expect(inside).toMatchObject({ code: 2, stderr: expect.stringContaining("KEYS_PUBLIC") });

  const lacking = await fetchOptional("signify", context);
  if (lacking !== undefined) skipFor(task, lacking);
  const item = getToolchain(context.registry, "signify");
  const libraries = join(provided(context.cache, item, "root"), `usr/lib/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`);
  const signify = () =>
    run({
      argv: [provided(context.cache, item, "signify"), "-V", "-p", key, "-x", `${sums}.sig`, "-m", sums],
      env: { LD_LIBRARY_PATH: libraries },
    });
  expect(await signify()).toMatchObject({ exitCode: 0, stdout: "Signature Verified\n" });
  writeFileSync(sums, "\n", { flag: "a" });
  expect(await signify()).toMatchObject({ exitCode: 1 });
  expect(await boardkit(["verify", "--key", key, sums])).toMatchObject({ code: 1, stderr: expect.stringContaining("SIGNATURE_WRONG") });
});
