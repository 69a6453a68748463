import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { hashBytes } from "../../lib/hash.ts";
import { newSecretText } from "../feed/usign.ts";
import { checkSums, signSums, sumsText } from "./sums.ts";

/** A signed release of two files, and its public key. */
async function signed() {
  const [folder, keys] = [temporaryFolder("release"), temporaryFolder("keys")];
  const path = (name: string) => join(folder, name);
  writeFileSync(path("a.deb"), "a");
  writeFileSync(path("b.tgz"), "b");
  writeFileSync(path("SHA256SUMS"), sumsText(["a.deb", "b.tgz"].map((file) => ({ file, sha256: hashBytes(readFileSync(path(file))) }))));
  writeFileSync(join(keys, "opkg.sec"), newSecretText());
  const { key, signature } = await signSums(folder, keys);
  const keyFile = join(keys, "thing.pub");
  writeFileSync(keyFile, key);
  return { path, folder, keys, keyFile, signature };
}

const refused = (code: string, message: RegExp, exit = "usage") =>
  expect.objectContaining({ code, exit, message: expect.stringMatching(message) });

test("a signed release: one file, or all that are there", async () => {
  const { path, keyFile, signature } = await signed();
  expect(signature).toBe(path("SHA256SUMS.sig"));
  expect(await checkSums([path("a.deb")], keyFile)).toEqual({
    schema: 1,
    key: expect.stringMatching(/^[0-9a-f]{16}$/),
    files: [{ path: path("a.deb"), sha256: hashBytes("a") }],
    absent: [],
  });
  rmSync(path("b.tgz"));
  expect(await checkSums([path("SHA256SUMS")], keyFile)).toMatchObject({ files: [{ path: path("a.deb") }], absent: ["b.tgz"] });
});

test("a file that is changed, and one that is not listed", async () => {
  const { path, keyFile } = await signed();
  writeFileSync(path("a.deb"), "c");
  writeFileSync(path("c.apk"), "c");
  const { files } = await checkSums([path("SHA256SUMS"), path("c.apk")], keyFile);
  expect(files).toMatchObject([{ refused: { code: "OTHER_FILE" } }, { path: path("b.tgz") }, { refused: { code: "NOT_LISTED" } }]);
  expect(files[1]).not.toHaveProperty("refused");
});

test.each<[string, string, RegExp, string, (release: Awaited<ReturnType<typeof signed>>) => void | Promise<unknown>]>([
  [
    "changed checksums",
    "SIGNATURE_WRONG",
    /is wrong/,
    "failed",
    ({ path }) => writeFileSync(path("SHA256SUMS"), `${hashBytes("x")}  a.deb\n`),
  ],
  ["a line more", "SIGNATURE_WRONG", /is wrong/, "failed", ({ path }) => writeFileSync(path("SHA256SUMS"), "\n", { flag: "a" })],
  [
    "another key",
    "OTHER_KEY",
    /of another key/,
    "failed",
    async ({ folder, keys }) => {
      writeFileSync(join(keys, "opkg.sec"), newSecretText());
      await signSums(folder, keys);
    },
  ],
  [
    "a signature that is none",
    "SIGNATURE_WRONG",
    /none: it is no signature/,
    "failed",
    ({ signature }) => writeFileSync(signature, "x\nAAAA\n"),
  ],
  ["no signature", "UNSIGNED", /no SHA256SUMS.sig/, "usage", ({ signature }) => rmSync(signature)],
  ["no checksums", "UNSIGNED", /no SHA256SUMS$/, "usage", ({ path }) => rmSync(path("SHA256SUMS"))],
  ["no file", "NO_FILE", /no such file/, "usage", ({ path }) => rmSync(path("a.deb"))],
  ["a key that is none", "BAD_KEY", /no public key of usign/, "usage", ({ keyFile }) => writeFileSync(keyFile, "key\n")],
  ["the secret key", "BAD_KEY", /no public key of usign/, "usage", ({ keyFile }) => writeFileSync(keyFile, newSecretText())],
])("%s", async (_name, code, message, exit, change) => {
  const release = await signed();
  await change(release);
  await expect(checkSums([release.path("a.deb")], release.keyFile)).rejects.toThrow(refused(code, message, exit));
});

test("nothing to sign, and no key", async () => {
  const { folder, keys, path } = await signed();
  rmSync(join(keys, "opkg.sec"));
  await expect(signSums(folder, keys)).rejects.toThrow(refused("NO_KEY", /no key opkg.sec/));
  rmSync(path("SHA256SUMS"));
  await expect(signSums(folder, keys)).rejects.toThrow(refused("NO_SUMS", /no SHA256SUMS/));
});
