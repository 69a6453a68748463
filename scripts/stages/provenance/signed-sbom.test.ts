import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { provenanceOf, type SignOptions, startAuthorities } from "../../checks/fixtures/sigstore/authority.ts";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { hashBytes } from "../../lib/hash.ts";
import { checkFiles } from "./provenance.ts";

const authorities = await startAuthorities();
const HASHES = { "thing.deb": hashBytes("a package") };
const BOM = { bomFormat: "CycloneDX", specVersion: "1.6", components: [{ name: "serde" }, { name: "rust" }] };
const sbomOf = (hashes: Record<string, string>, predicate: object = BOM) =>
  provenanceOf(hashes, { predicateType: "https://cyclonedx.org/bom", predicate });

/** The result for a file with a right bundle of its provenance, and one with an SBOM. */
async function check(statement: object, sign?: SignOptions, change = (bundle: object) => bundle) {
  const folder = temporaryFolder("sbom");
  const path = (name: string) => join(folder, name);
  writeFileSync(path("thing.deb"), "a package");
  writeFileSync(path("provenance.sigstore.json"), JSON.stringify(await authorities.sign(provenanceOf(HASHES))));
  writeFileSync(path("sbom.sigstore.json"), JSON.stringify(change(await authorities.sign(statement, sign))));
  writeFileSync(path("root.json"), authorities.trustedRoot);
  const expected = { repository: "me/thing", signers: [], selfHosted: false };
  const options = { paths: [path("thing.deb")], expected, trustedRoot: path("root.json"), cache: folder };
  return (await checkFiles(options, new AbortController().signal)).files[0];
}

test("a signed SBOM about the file, of the same run", async () => {
  expect(await check(sbomOf(HASHES))).toMatchObject({
    provenance: { subject: "thing.deb" },
    sbom: { bundle: expect.stringMatching(/sbom\.sigstore\.json$/), components: 2 },
  });
});

test.each<[string, string, RegExp, Parameters<typeof check>]>([
  ["of another file", "OTHER_FILE", /another file/, [sbomOf({ "thing.deb": hashBytes("another") })]],
  ["of another repository", "OTHER_REPOSITORY", /you\/x/, [sbomOf(HASHES), { certificate: { 12: "https://github.com/you/x" } }]],
  [
    "of another run",
    "OTHER_RUN",
    /runs\/8/,
    [sbomOf(HASHES), { certificate: { 21: "https://github.com/me/thing/actions/runs/8/attempts/1" } }],
  ],
  ["that nobody has confirmed", "UNTRUSTED", /nobody has confirmed/, [sbomOf(HASHES), { time: "nobody" }]],
  ["that is none", "NO_SBOM", /slsa.dev/, [provenanceOf(HASHES)]],
  ["with another predicate", "PREDICATE_WRONG", /not an SBOM of CycloneDX/, [sbomOf(HASHES, { bomFormat: "x" })]],
  ["without a bundle", "BAD_BUNDLE", /cannot be read/, [sbomOf(HASHES), {}, () => ({})]],
])("one %s is refused", async (_name, code, reason, words) => {
  const result = await check(...words);
  expect(result).toMatchObject({ refused: { code, reason: expect.stringMatching(reason) } });
  expect(result?.refused?.reason).toContain("the SBOM beside it: ");
  expect(result).not.toHaveProperty("provenance");
});
