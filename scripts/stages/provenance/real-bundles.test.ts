// Bundles of published files, by the keys that Sigstore's TUF client comes with.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { DEFAULT_MIRROR_URL } from "@sigstore/tuf";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { packageRoot } from "../../lib/paths.ts";
import { parseBundles } from "./bundles.ts";
import { checkFiles, checkProvenance } from "./provenance.ts";
import { readTrust } from "./trusted-root.ts";

const signal = new AbortController().signal;
const fixture = (name: string) => readFileSync(join(packageRoot, "scripts/checks/fixtures/sigstore", name));
const seeds = createRequire(import.meta.url)("@sigstore/tuf/seeds.json") as Record<string, { targets: Record<string, string> }>;
const shipped = Buffer.from(seeds[DEFAULT_MIRROR_URL]?.targets["trusted_root.json"] ?? "", "base64").toString();
/** The keys on a machine without a network. */
const trust = async () => {
  const cache = temporaryFolder("cache");
  const kept = join(cache, "sigstore/tuf-repo-cdn.sigstore.dev/targets");
  mkdirSync(kept, { recursive: true });
  writeFileSync(join(kept, "trusted_root.json"), shipped);
  const found = await readTrust(undefined, cache, () => Promise.reject(new Error("no network", { cause: new Error("EAI_AGAIN") })));
  expect(found.source).toMatch(/targets\/trusted_root\.json, not updated: no network: EAI_AGAIN$/);
  return found;
};

test("an npm package: npm names its SHA-512", async () => {
  const bundles = parseBundles(fixture("npm-sigstore-2.1.0.sigstore.json").toString(), "");
  const sha512 = Buffer.from("kPIj+ZLkyI3QaM0qX8V/nSsweYND3W448pwkDgS6CQ74MfhEkIR8ToK5Iyx46KJYRjseVcD3Rp9zAmUAj6ZjPw==", "base64").toString(
    "hex",
  );
  const expected = { repository: "sigstore/sigstore-js", ref: "refs/heads/main", signers: [], selfHosted: false };
  expect(checkProvenance(bundles, { sha256: "", sha512 }, expected, await trust())).toMatchObject({
    subject: "pkg:npm/sigstore@2.1.0",
    commit: "26d16513386ffaa790b1c32f927544f1322e4194",
    runner: "github-hosted",
    signed: "2023-08-29T15:40:23.000Z",
  });
});

test("a file that the workflow of one repository built for another one", async () => {
  const folder = temporaryFolder("provenance");
  const [file, root] = [join(folder, "demo.whl"), join(folder, "root.json")];
  writeFileSync(file, fixture("reusable-workflow.whl"));
  writeFileSync(`${file}.sigstore.json`, fixture("reusable-workflow.sigstore.json"));
  writeFileSync(root, shipped);
  const result = async (signers: string[]) => {
    const expected = { repository: "malancas/attest-demo", signers, selfHosted: false };
    return (await checkFiles({ paths: [file], expected, trustedRoot: root, cache: folder }, signal)).files[0];
  };
  expect(await result(["github/artifact-attestations-workflows"])).toMatchObject({
    provenance: {
      repository: "malancas/attest-demo",
      workflow: "https://github.com/malancas/attest-demo/.github/workflows/shared.yml@refs/heads/main",
      signer: expect.stringMatching(
        /^https:\/\/github.com\/github\/artifact-attestations-workflows\/.github\/workflows\/attest.yml@[0-9a-f]{40}$/,
      ),
    },
  });
  expect(await result([])).toMatchObject({ refused: { code: "OTHER_SIGNER" } });
});
