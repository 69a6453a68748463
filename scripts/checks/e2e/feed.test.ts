// A feed of real packages, made by nfpm, and what others say of it: apt, signify, openssl and tar. Neither opkg nor apk is in a registry.
// The addons are stand-ins, since nothing here loads them.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { cacheRoot } from "../../lib/paths.ts";
import { readProject } from "../../model/project.ts";
import { getToolchain } from "../../model/registry.ts";
import { packProject } from "../../stages/package/package.ts";
import { writeRelease } from "../../stages/release/release.ts";
import { fetchOptional } from "../../stages/set-up/fetch.ts";
import { whereIs } from "../../stages/set-up/host-tools.ts";
import { run } from "../../tools/exec.ts";
import { provided } from "../../tools/store/store.ts";
import { serveFolder, type FeedServer } from "../fixtures/feed/server.ts";
import { createPackable, quietContext, triples } from "../fixtures/packable-project.ts";
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

/** A project with its release; `version` as package.json has it. */
async function makeRelease(version: string): Promise<string> {
  const project = readProject(createPackable({ version }, crate));
  await writeRelease(project, { packages: await packProject(project, triples, false, context) }, {}, context);
  return project.folder;
}

let obstacle: string | undefined;
let [project, next, feed] = ["", "", ""];
let server: FeedServer;

const write = (cwd: string, ...more: string[]) =>
  boardkit(["--cwd", cwd, "feed", feed, "--url", server.url, "--keys", join(project, "keys"), ...more], {
    SOURCE_DATE_EPOCH: "1764576000",
  });

beforeAll(async () => {
  obstacle = whereIs("apt-get", process.env.PATH ?? "") ? await fetchOptional("nfpm", context) : "there is no apt here";
  if (obstacle !== undefined) return;
  [project, next] = [await makeRelease("1.2.3"), await makeRelease("1.3.0")];
  feed = join(project, "feed");
  server = await serveFolder(feed);
  const keys = await boardkit(["--cwd", project, "feed-keys", "keys"]);
  expect(keys, keys.stderr).toMatchObject({ code: 0 });
  const written = await write(project);
  expect(written, written.stderr).toMatchObject({ code: 0 });
  expect(written.stdout).toContain(`sudo curl -fo /etc/apt/sources.list.d/me-thing.sources ${server.url}/apt/me-thing.sources`);
  expect(written.stdout).toContain(`echo ${server.url}/apk >>/etc/apk/repositories.d/customfeeds.list`);
}, 600_000);
afterAll(() => server?.end());
beforeEach((task) => {
  if (obstacle !== undefined) skipFor(task, obstacle);
});

/** apt with its own folders, and the source of the feed as a machine has it. */
function startApt() {
  const folder = temporaryFolder("apt");
  for (const path of ["lists/partial", "cache/archives/partial", "sources"]) mkdirSync(join(folder, path), { recursive: true });
  writeFileSync(join(folder, "status"), "");
  writeFileSync(join(folder, "sources/me-thing.sources"), readFileSync(join(feed, "apt/me-thing.sources")));
  const lines = [
    `Dir::State "${folder}";`,
    `Dir::State::status "${folder}/status";`,
    `Dir::State::lists "${folder}/lists";`,
    `Dir::Cache "${folder}/cache";`,
    'Dir::Etc::sourcelist "/dev/null";',
    `Dir::Etc::sourceparts "${folder}/sources";`,
    'APT::Architecture "arm64";',
    'APT::Architectures { "arm64"; };',
    'APT::Sandbox::User "";',
    'Acquire::Languages "none";',
    // Each file of a feed has a time of seconds, within which a test changes it.
    'Acquire::http::No-Cache "true";',
  ];
  writeFileSync(join(folder, "apt.conf"), lines.join("\n"));
  const call = async (...argv: string[]) => {
    const { exitCode, stdout, stderr } = await run({ argv, cwd: folder, env: { APT_CONFIG: join(folder, "apt.conf"), LC_ALL: "C" } });
    return { exitCode, text: stdout + stderr };
  };
  return {
    folder,
    update: () => call("apt-get", "--error-on=any", "update"),
    download: () => call("apt-get", "download", "node-me-thing"),
    candidate: async () => /Candidate: (\S+)/.exec((await call("apt-cache", "policy", "node-me-thing")).text)?.[1],
  };
}

/** Works while a file of the feed is another one. */
async function whileChanged<T>(path: string, change: (bytes: Buffer) => Uint8Array, work: () => Promise<T>): Promise<T> {
  const file = join(feed, path);
  const before = readFileSync(file);
  writeFileSync(file, change(before));
  try {
    return await work();
  } finally {
    writeFileSync(file, before);
  }
}

test("apt takes the package of its architecture, asks for indexes by their hashes, and finds the next version", async () => {
  const apt = startApt();
  expect(await apt.update()).toMatchObject({ exitCode: 0 });
  expect(server.requests.filter((path) => path.includes("/by-hash/SHA256/"))).not.toEqual([]);
  expect(await apt.candidate()).toBe("1.2.3-1");
  expect(await apt.download()).toMatchObject({ exitCode: 0 });
  const file = "node-me-thing_1.2.3-1_arm64.deb";
  expect(readFileSync(join(apt.folder, file))).toEqual(readFileSync(join(project, "dist/release", file)));

  const written = await write(next);
  expect(written, written.stderr).toMatchObject({ code: 0 });
  expect(await apt.update()).toMatchObject({ exitCode: 0 });
  expect(await apt.candidate()).toBe("1.3.0-1");
  expect(existsSync(join(feed, "apt/pool", file))).toBe(true);
});

test("apt refuses a Release that is changed", async () => {
  const change = (bytes: Buffer) => Buffer.from(bytes.toString().replace("Origin: me-thing", "Origin: my-thing"));
  const apt = startApt();
  const outcome = await whileChanged("apt/dists/stable/InRelease", change, apt.update);
  expect(outcome.exitCode).not.toBe(0);
  expect(outcome.text).toMatch(/BADSIG|invalid/i);
  expect(await apt.candidate()).toBeUndefined();
});

test("apt refuses a Release of another key", async () => {
  const other = temporaryFolder("other");
  await boardkit(["--cwd", project, "feed-keys", join(other, "keys")]);
  const words = ["feed", join(other, "feed"), "--url", server.url, "--keys", join(other, "keys")];
  expect(await boardkit(["--cwd", project, ...words])).toMatchObject({ code: 0 });
  const apt = startApt();
  const foreign = readFileSync(join(other, "feed/apt/dists/stable/InRelease"));
  const outcome = await whileChanged("apt/dists/stable/InRelease", () => foreign, apt.update);
  expect(outcome.exitCode).not.toBe(0);
  expect(outcome.text).toMatch(/NO_PUBKEY|missing key|not signed/i);
});

test("apt refuses an index that is changed", async () => {
  const folder = "apt/dists/stable/main/binary-arm64/by-hash/SHA256";
  const release = readFileSync(join(feed, "apt/dists/stable/Release"), "utf8");
  const [packed, plain] = ["Packages.gz", "Packages"].map(
    (file) => new RegExp(`^ (\\S+) \\d+ main/binary-arm64/${file}$`, "m").exec(release)?.[1],
  );
  const text = Buffer.from("Package: x\n");
  const outcome = await whileChanged(
    `${folder}/${packed}`,
    () => gzipSync(text),
    () => whileChanged(`${folder}/${plain}`, () => text, startApt().update),
  );
  expect(outcome.exitCode).not.toBe(0);
  expect(outcome.text).toMatch(/Hash Sum mismatch|unexpected size/);
});

test("apt refuses a package that is changed", async () => {
  const apt = startApt();
  expect(await apt.update()).toMatchObject({ exitCode: 0 });
  const change = (bytes: Buffer) => {
    bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
    return bytes;
  };
  const outcome = await whileChanged(`apt/pool/node-me-thing_${await apt.candidate()}_arm64.deb`, change, apt.download);
  expect(outcome.exitCode).not.toBe(0);
  expect(outcome.text).toMatch(/Hash Sum mismatch/);
});

test("signify verifies the index of opkg by the key of the feed, and refuses a changed one", async (task) => {
  const lacking = await fetchOptional("signify", context);
  if (lacking !== undefined) skipFor(task, lacking);
  const item = getToolchain(context.registry, "signify");
  const libraries = join(provided(context.cache, item, "root"), `usr/lib/${process.arch === "arm64" ? "aarch64" : "x86_64"}-linux-gnu`);
  const key = readdirSync(join(feed, "opkg")).find((name) => /^[0-9a-f]{16}$/.test(name)) ?? "";
  const place = join(feed, "opkg/aarch64_cortex-a53");
  const folder = temporaryFolder();
  const verify = (text: Buffer) => {
    writeFileSync(join(folder, "Packages"), text);
    const words = ["-V", "-p", join(feed, "opkg", key), "-x", join(place, "Packages.sig"), "-m", join(folder, "Packages")];
    return run({ argv: [provided(context.cache, item, "signify"), ...words], env: { LD_LIBRARY_PATH: libraries } });
  };
  const text = gunzipSync(readFileSync(join(place, "Packages.gz")));
  expect(await verify(text)).toMatchObject({ exitCode: 0, stdout: "Signature Verified\n" });
  expect(await verify(Buffer.concat([text, Buffer.from("\n")]))).toMatchObject({ exitCode: 1 });
  const [, file = "", sum] = /^Filename: (\S+)\nSize: \d+\nSHA256sum: (\S+)$/m.exec(text.toString()) ?? [];
  expect(
    createHash("sha256")
      .update(readFileSync(join(place, file)))
      .digest("hex"),
  ).toBe(sum);
});

test("openssl verifies the index of apk by the key of the feed, and refuses a changed one; tar reads it", async (task) => {
  if (!whereIs("openssl", process.env.PATH ?? "")) skipFor(task, "there is no openssl here");
  const place = join(feed, "apk/aarch64_cortex-a53");
  const bytes = readFileSync(join(place, "APKINDEX.tar.gz"));
  const folder = temporaryFolder();
  const tar = (...args: string[]) => run({ argv: ["tar", ...args], cwd: folder });
  expect((await tar("-tzf", join(place, "APKINDEX.tar.gz"))).stdout).toBe(".SIGN.RSA256.me-thing.rsa.pub\nDESCRIPTION\nAPKINDEX\n");
  await tar("-xzf", join(place, "APKINDEX.tar.gz"));
  const verify = (index: Uint8Array) => {
    writeFileSync(join(folder, "index"), index);
    const words = [
      "dgst",
      "-sha256",
      "-verify",
      join(feed, "apk/me-thing.rsa.pub"),
      "-signature",
      ".SIGN.RSA256.me-thing.rsa.pub",
      "index",
    ];
    return run({ argv: ["openssl", ...words], cwd: folder });
  };
  const index = bytes.subarray(bytes.indexOf(Buffer.from("1f8b08", "hex"), 3));
  expect(await verify(index)).toMatchObject({ exitCode: 0, stdout: "Verified OK\n" });
  expect((await verify(Buffer.concat([index, Buffer.from([0])]))).exitCode).not.toBe(0);
  const text = readFileSync(join(folder, "APKINDEX"), "utf8");
  for (const line of ["P:node-me-thing", "V:1.2.3-r1", "A:aarch64_cortex-a53", "D:libc node"]) expect(text.split("\n")).toContain(line);
});

test("an address that is none, a feed without keys and a version with other bytes are errors that name the fix", async () => {
  const call = (...words: string[]) => boardkit(["--cwd", project, "feed", ...words]);
  expect(await call("feed", "--keys", "keys", "--url", "example.com")).toMatchObject({ code: 2, stdout: "" });
  const noKeys = await call("feed", "--keys", "none", "--url", server.url);
  expect(noKeys).toMatchObject({ code: 2, stderr: expect.stringMatching(/NO_KEY.*\n(.*\n)*.*boardkit feed-keys/) });
  const inside = await call("feed", "--keys", "dist/keys", "--url", server.url);
  expect(inside).toMatchObject({ code: 2, stderr: expect.stringContaining("KEYS_PUBLIC") });
  const made = await boardkit(["--cwd", project, "feed-keys", "dist/keys"]);
  expect(made).toMatchObject({ code: 2, stderr: expect.stringContaining("KEYS_PUBLIC") });
  expect(existsSync(join(project, "dist/keys"))).toBe(false);
  const nothing = await call("feed", "--keys", "keys", "--url", server.url, "--from", "keys/none");
  expect(nothing).toMatchObject({ code: 3, stderr: expect.stringContaining("NO_PACKAGES") });
});
