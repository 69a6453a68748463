import { createHash, createPublicKey, verify } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { parseTar } from "nanotar";
import { readCleartextMessage, readKey, verify as verifyOpenpgp } from "openpgp";
import { beforeAll, expect, test } from "vitest";
import { makeApk, makeDeb, makeIpk, type SmallPackage, writePackages } from "../../checks/fixtures/feed/packages.ts";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { hashBytes } from "../../lib/hash.ts";
import { inTemporaryFolder } from "../../lib/paths.ts";
import { makeKeys } from "./keys.ts";
import { type FeedOptions, writeFeed } from "./feed.ts";

/** Texts of the keys: those of RSA take a second to make. */
let secrets: Record<string, string>;
beforeAll(() =>
  inTemporaryFolder("keys", async (folder) => {
    await makeKeys(join(folder, "keys"), "menu");
    secrets = Object.fromEntries(readdirSync(join(folder, "keys")).map((file) => [file, readFileSync(join(folder, "keys", file), "utf8")]));
  }),
);

/** A feed without packages yet, with its keys. */
function newFeed() {
  const place = temporaryFolder();
  const keys = writePackages(
    join(place, "keys"),
    Object.fromEntries(Object.entries(secrets).map(([file, text]) => [file, Buffer.from(text)])),
  );
  const options: FeedOptions = {
    folder: join(place, "feed"),
    from: join(place, "from"),
    keys,
    name: "menu",
    url: "https://example.com/menu",
    date: new Date("2026-12-01T08:00:00Z"),
  };
  const add = (files: Record<string, Uint8Array>, more: Partial<FeedOptions> = {}) => {
    rmSync(options.from, { recursive: true, force: true });
    writePackages(options.from, files);
    return writeFeed({ ...options, ...more });
  };
  return { ...options, add, path: (...names: string[]) => join(options.folder, ...names), files: () => filesOf(options.folder) };
}

/** Hashes of all files, by their paths. */
function filesOf(folder: string): Record<string, string> {
  if (!existsSync(folder)) return {};
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => join(entry.parentPath, entry.name)).toSorted();
  return Object.fromEntries(paths.map((path) => [path.slice(folder.length + 1), hashBytes(readFileSync(path))]));
}

const all = async (one: SmallPackage = {}, version = "1.0") => ({
  "a.deb": await makeDeb({ ...one, version: `${version}-1` }),
  "a.ipk": await makeIpk({ ...one, version: `${version}-1` }),
  "a.apk": await makeApk({ ...one, version: `${version}-r1` }),
});

test("the same packages, keys and date give the same bytes; only the owner reads the keys", async () => {
  const [one, two] = [newFeed(), newFeed()];
  await one.add(await all());
  await two.add(await all());
  expect(Object.keys(one.files()).filter((path) => !path.includes("by-hash") && !/opkg\/[0-9a-f]{16}$/.test(path))).toEqual([
    "apk/menu.rsa.pub",
    "apk/x86_64/APKINDEX.tar.gz",
    "apk/x86_64/menu-1.0-r1.apk",
    "apt/dists/stable/InRelease",
    "apt/dists/stable/Release",
    "apt/dists/stable/main/binary-all/Packages",
    "apt/dists/stable/main/binary-all/Packages.gz",
    "apt/menu.sources",
    "apt/pool/menu_1.0-1_all.deb",
    "opkg/x86_64/Packages",
    "opkg/x86_64/Packages.gz",
    "opkg/x86_64/Packages.sig",
    "opkg/x86_64/menu_1.0-1_x86_64.ipk",
  ]);
  expect(two.files()).toEqual(one.files());
  await one.add(await all());
  expect(one.files()).toEqual(two.files());
  const made = join(temporaryFolder(), "keys");
  const paths = await makeKeys(made, "menu");
  expect([made, ...paths].map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o600, 0o600, 0o600]);
  await expect(makeKeys(made, "menu")).rejects.toThrow(expect.objectContaining({ code: "KEYS_EXIST" }));
});

test("apt: the signature is that of the key in the source, also for a date before the key was made", async () => {
  const feed = newFeed();
  await feed.add(await all(), { date: new Date(0) });
  const text = readFileSync(feed.path("apt/dists/stable/InRelease"), "utf8");
  const source = readFileSync(feed.path("apt/menu.sources"), "utf8");
  expect(source).toMatch(/^Types: deb\nURIs: https:\/\/example.com\/menu\/apt\nSuites: stable\nComponents: main\nSigned-By:\n( \S.*\n)+$/);
  const armored = source.slice(source.indexOf(" -----BEGIN")).replaceAll(/^ \.?/gm, "");
  const check = async (cleartextMessage: string) => {
    const options = { message: await readCleartextMessage({ cleartextMessage }), verificationKeys: await readKey({ armoredKey: armored }) };
    const { data, signatures } = await verifyOpenpgp(options);
    await signatures[0]?.verified;
    return data;
  };
  expect(await check(text)).toContain("Date: Thu, 01 Jan 1970 00:00:00 UTC\nArchitectures: all\n");
  await expect(check(text.replace("Origin: menu", "Origin: Menu"))).rejects.toThrow(/digest/);
  expect(source).not.toContain("PRIVATE");
});

test("apt: Release has the hashes of the indexes, which have the control data and the hashes of the packages", async () => {
  const feed = newFeed();
  const deb = await makeDeb({ architecture: "arm64", version: "1:1.0-1", more: "Depends: nodejs (>= 20)\n" });
  await feed.add({ "a.deb": deb, "b.deb": await makeDeb({ name: "other" }) });
  const dists = "apt/dists/stable";
  const release = readFileSync(feed.path(dists, "Release"), "utf8");
  expect(release).toContain("Architectures: all arm64\n");
  for (const architecture of ["all", "arm64"]) {
    for (const file of ["Packages", "Packages.gz"]) {
      const bytes = readFileSync(feed.path(dists, `main/binary-${architecture}`, file));
      expect(release).toContain(` ${hashBytes(bytes)} ${bytes.length} main/binary-${architecture}/${file}\n`);
      expect(readFileSync(feed.path(dists, `main/binary-${architecture}/by-hash/SHA256`, hashBytes(bytes)))).toEqual(bytes);
    }
  }
  const index = gunzipSync(readFileSync(feed.path(dists, "main/binary-arm64/Packages.gz"))).toString();
  expect(index).toBe(
    `Package: menu\nVersion: 1:1.0-1\nArchitecture: arm64\nMaintainer: Ann <ann@example.com>\nDescription: a menu\nDepends: nodejs (>= 20)\n` +
      `Filename: pool/menu_1.0-1_arm64.deb\nSize: ${deb.length}\nSHA256: ${hashBytes(deb)}\n`,
  );
});

test("apk: the index has the identity of a package, its fields, and a signature by the key beside it", async () => {
  const feed = newFeed();
  const apk = await makeApk({ more: "depend = libc\ndepend = node\nprovides = cmd:menu\n" });
  await feed.add({ "a.apk": apk });
  const bytes = readFileSync(feed.path("apk/x86_64/APKINDEX.tar.gz"));
  const second = bytes.indexOf(Buffer.from("1f8b08", "hex"), 3);
  const [signature, index] = [bytes.subarray(0, second), bytes.subarray(second)];
  const [signed] = parseTar(new Uint8Array(gunzipSync(signature)));
  expect(signed?.name).toBe(".SIGN.RSA256.menu.rsa.pub");
  const key = createPublicKey(readFileSync(feed.path("apk/menu.rsa.pub"), "utf8"));
  expect(verify("sha256", index, key, signed?.data ?? new Uint8Array())).toBe(true);
  const text = parseTar(new Uint8Array(gunzipSync(index))).find(({ name }) => name === "APKINDEX")?.text;
  const control = apk.subarray(0, apk.indexOf(Buffer.from("1f8b08", "hex"), 3));
  const identity = createHash("sha1").update(control).digest("base64");
  expect(text).toBe(`C:Q1${identity}\nP:menu\nV:1.0-r1\nA:x86_64\nS:${apk.length}\nI:5\nT:a menu\nD:libc node\np:cmd:menu\n\n`);
});

test("the next version is added; a machine with the Release before it still gets its indexes, but no older one", async () => {
  const feed = newFeed();
  const byHash = () => Object.keys(feed.files()).filter((path) => path.includes("by-hash"));
  await feed.add(await all());
  const first = byHash();
  const report = await feed.add(await all({}, "2.0"));
  expect(report.packages.map(({ path, added }) => [path, added])).toEqual([
    ["apk/x86_64/menu-1.0-r1.apk", false],
    ["apk/x86_64/menu-2.0-r1.apk", true],
    ["apt/pool/menu_1.0-1_all.deb", false],
    ["apt/pool/menu_2.0-1_all.deb", true],
    ["opkg/x86_64/menu_1.0-1_x86_64.ipk", false],
    ["opkg/x86_64/menu_2.0-1_x86_64.ipk", true],
  ]);
  expect(byHash()).toHaveLength(4);
  expect(byHash()).toEqual(expect.arrayContaining(first));
  await feed.add(await all({}, "3.0"));
  expect(byHash()).toHaveLength(4);
  expect(byHash()).not.toEqual(expect.arrayContaining(first));
  expect(
    gunzipSync(readFileSync(feed.path("opkg/x86_64/Packages.gz")))
      .toString()
      .match(/^Version: .*/gm),
  ).toHaveLength(3);
});

test("a package that is removed from the feed is in no index any more", async () => {
  const feed = newFeed();
  await feed.add({ ...(await all()), "b.ipk": await makeIpk({ architecture: "aarch64_generic" }) });
  rmSync(feed.path("opkg/x86_64/menu_1.0-1_x86_64.ipk"));
  rmSync(feed.path("apt/pool/menu_1.0-1_all.deb"));
  await feed.add({ "c.ipk": await makeIpk({ name: "other", architecture: "aarch64_generic" }) });
  expect(readFileSync(feed.path("opkg/x86_64/Packages"), "utf8")).toBe("");
  expect(readFileSync(feed.path("apt/dists/stable/Release"), "utf8")).not.toContain("Packages");
});

test("a version with other bytes is refused, and nothing is written", async () => {
  const feed = newFeed();
  await feed.add(await all());
  const before = feed.files();
  const changed = feed.add({ ...(await all({}, "2.0")), "b.deb": await makeDeb({ version: "1.0-1", text: "other" }) });
  await expect(changed).rejects.toThrow(expect.objectContaining({ code: "VERSION_EXISTS", exit: "usage" }));
  const twice = feed.add({ "a.deb": await makeDeb({ version: "9" }), "b.deb": await makeDeb({ version: "9", text: "other" }) });
  await expect(twice).rejects.toThrow(expect.objectContaining({ code: "VERSION_EXISTS" }));
  expect(feed.files()).toEqual(before);
});

test("keys inside of the feed or of the packages' folder are refused", async () => {
  const feed = newFeed();
  for (const keys of [feed.path(), feed.path("keys"), join(feed.from, "keys")])
    await expect(feed.add(await all(), { keys })).rejects.toThrow(expect.objectContaining({ code: "KEYS_PUBLIC" }));
  expect(feed.files()).toEqual({});
});

test.each([
  ["apt.asc", "", /apt.asc is not usable/],
  ["opkg.sec", "untrusted comment: x\nRWQ=\n", /opkg.sec is not usable: it is no secret key of usign/],
  ["apk.pem", "no key", /apk.pem is not usable/],
  ["apk.pem", undefined, /there is no key apk.pem/],
])("a wrong %s is refused", async (file, text, message) => {
  const feed = newFeed();
  if (text === undefined) rmSync(join(feed.keys, file));
  else writeFileSync(join(feed.keys, file), text);
  const refused = expect.objectContaining({ code: "NO_KEY", exit: "usage", message: expect.stringMatching(message) });
  await expect(feed.add(await all())).rejects.toThrow(refused);
  expect(feed.files()).toEqual({});
});

test("files that are no usable packages are refused, and nothing is written", async () => {
  const feed = newFeed();
  const good = await all();
  for (const [name, bytes, message] of [
    ["b.deb", good["a.deb"].subarray(0, -40), /cut off/],
    ["b.ipk", Buffer.from("text"), /compressed by none/],
    ["b.apk", good["a.apk"].subarray(0, -1), /not those that its .PKGINFO names/],
    ["b.apk", await makeApk({ architecture: "noarch" }), /pack it for each/],
    ["b.deb", await makeDeb({ name: "../../etc/passwd" }), /its Package is/],
    ["b.ipk", await makeIpk({ architecture: "../x" }), /its Architecture is/],
    ["b.deb", await makeDeb({ version: "" }), /it has no Version/],
  ] as const) {
    const refused = expect.objectContaining({ code: "BAD_ARCHIVE", exit: "usage", message: expect.stringMatching(message) });
    await expect(feed.add({ ...good, [name]: bytes })).rejects.toThrow(refused);
  }
  await expect(feed.add({ "readme.txt": Buffer.from("") })).rejects.toThrow(expect.objectContaining({ code: "NO_PACKAGES" }));
  expect(feed.files()).toEqual({});
});
