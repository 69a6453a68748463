import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { provenanceOf, type SignOptions, startAuthorities, workflow } from "../../checks/fixtures/sigstore/authority.ts";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import type { ProvenanceResult } from "../../model/report/provenance-report.ts";
import { checkFiles } from "./provenance.ts";

const signal = new AbortController().signal;
const authorities = await startAuthorities();
const TEXT = "a package";
const SHA256 = createHash("sha256").update(TEXT).digest("hex");
/** The keys of an instance that has only certificates and timestamps. */
const withoutLogs = JSON.stringify({ ...(JSON.parse(authorities.trustedRoot) as object), tlogs: [], ctlogs: [] });
const thing = { repository: "me/thing", signers: ["boardkit/boardkit"], selfHosted: false };

type Bundle = Awaited<ReturnType<typeof authorities.sign>>;
type Case = {
  statement?: object;
  sign?: SignOptions;
  /** Changes the bundle after it is signed. */
  change?: (bundle: Bundle) => unknown;
  expected?: Partial<typeof thing> & { ref?: string };
  /** Name of the bundle beside the file. */
  name?: string;
  trustedRoot?: string;
};

/** The result for a file whose bundle is beside it. */
async function check({ statement, sign, change = (bundle) => bundle, expected, name = "thing.deb.sigstore.json", trustedRoot }: Case = {}) {
  const folder = temporaryFolder("provenance");
  const file = join(folder, "thing.deb");
  writeFileSync(file, TEXT);
  const bundle = change(await authorities.sign(statement ?? provenanceOf({ other: "00".repeat(32), "thing.deb": SHA256 }), sign));
  writeFileSync(join(folder, name), typeof bundle === "string" ? bundle : JSON.stringify(bundle));
  const root = join(folder, "root.json");
  writeFileSync(root, trustedRoot ?? authorities.trustedRoot);
  const options = { paths: [file], expected: { ...thing, ...expected }, trustedRoot: root, cache: join(folder, "cache") };
  const [result] = (await checkFiles(options, signal)).files;
  return result as ProvenanceResult;
}

describe("accepted", () => {
  test("the bundle of the right repository; the report has what the certificate says", async () => {
    expect(await check({ expected: { ref: "refs/tags/v1.2.3" } })).toEqual({
      path: expect.stringMatching(/thing\.deb$/),
      sha256: SHA256,
      bundle: expect.stringMatching(/thing\.deb\.sigstore\.json$/),
      provenance: {
        subject: "thing.deb",
        repository: "me/thing",
        ref: "refs/tags/v1.2.3",
        commit: workflow[13],
        workflow: workflow[18],
        signer: workflow[9],
        runner: "github-hosted",
        run: workflow[21],
        builder: workflow[9],
        predicateType: "https://slsa.dev/provenance/v1",
        signed: expect.stringMatching(/^\d{4}-.*Z$/),
      },
    });
  });

  test.each<[string, Case]>([
    ["a bundle for all files of the release", { name: "provenance.sigstore.json" }],
    ["a time of a timestamp authority", { sign: { time: "authority" } }],
    ["an entry in the second version of the log", { sign: { time: "authority", secondLog: true } }],
    ["npm's answer, which has several bundles", { change: (bundle) => ({ attestations: [{ bundle }] }) }],
    ["a bundle on each line", { change: (bundle) => `${JSON.stringify(bundle)}\n${JSON.stringify(bundle)}\n` }],
    ["the name of the repository in other letters", { expected: { repository: "Me/Thing" } }],
    [
      "the workflow of Boardkit, called by that of the repository",
      { sign: { certificate: { 9: boardkitWorkflow() } }, statement: builtBy(boardkitWorkflow()) },
    ],
    ["a runner of one's own, if that is wanted", { sign: { certificate: { 11: "self-hosted" } }, expected: { selfHosted: true } }],
    [
      "an instance like GitHub's own, with timestamps and without logs",
      { sign: { time: "authority", unlogged: true }, change: withoutLog, trustedRoot: withoutLogs },
    ],
    ["a statement that names the commit", { statement: builtFrom(workflow[13]) }],
    [
      "keys of several instances",
      { trustedRoot: `{"certificateAuthorities":[{"certChain":{"certificates":[]}}]}\n${authorities.trustedRoot}\n` },
    ],
  ])("%s", async (_name, options) => {
    expect(await check(options)).toMatchObject({ provenance: { repository: "me/thing" } });
  });
});

function boardkitWorkflow(): string {
  return "https://github.com/boardkit/boardkit/.github/workflows/publish.yml@refs/tags/v0.1.0";
}

function withoutLog(bundle: Bundle): object {
  return withMaterial(bundle, { tlogEntries: [] });
}

/** A statement about one file with these hashes. */
function withDigest(digest: object): object {
  return provenanceOf({}, { subject: [{ name: "thing.deb", digest }] });
}

/** A statement of another builder. */
function builtBy(id: string): object {
  const statement = provenanceOf({ "thing.deb": SHA256 }) as { predicate: object };
  return { ...statement, predicate: { ...statement.predicate, runDetails: { builder: { id } } } };
}

/** A statement of another commit. */
function builtFrom(gitCommit: string): object {
  const { predicate, ...statement } = provenanceOf({ "thing.deb": SHA256 }) as { predicate: { buildDefinition: object } };
  const resolvedDependencies = [{ uri: `git+${workflow[12]}@${workflow[14]}`, digest: { gitCommit } }];
  return { ...statement, predicate: { ...predicate, buildDefinition: { ...predicate.buildDefinition, resolvedDependencies } } };
}

/** A statement of another workflow than that of the certificate. */
function claiming(changes: object): object {
  const buildDefinition = { externalParameters: { workflow: changes } };
  return provenanceOf({ "thing.deb": SHA256 }, { predicate: { buildDefinition, runDetails: { builder: { id: workflow[9] } } } });
}

const withEnvelope = (bundle: Bundle, changes: object) => ({ ...bundle, dsseEnvelope: { ...bundle.dsseEnvelope, ...changes } });
const withMaterial = (bundle: Bundle, changes: object) => ({
  ...bundle,
  verificationMaterial: { ...bundle.verificationMaterial, ...changes },
});
const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64");
const other = await authorities.sign(provenanceOf({ "thing.deb": SHA256 }));
const foreign = await startAuthorities();

describe("refused", () => {
  test.each<[string, string, RegExp, Case]>([
    ["another file", "OTHER_FILE", /another file/, { statement: provenanceOf({ "thing.deb": "00".repeat(32) }) }],
    ["a file without a hash that is known here", "OTHER_FILE", /another file/, { statement: withDigest({ sha1: "00".repeat(20) }) }],
    [
      "a file with one hash that is right and one that is wrong",
      "OTHER_FILE",
      /another file/,
      { statement: withDigest({ sha256: SHA256, sha512: "00" }) },
    ],
    ["a statement without files", "NO_PROVENANCE", /those in its bundle are: none/, { statement: provenanceOf({}) }],
    ["an SBOM", "NO_PROVENANCE", /cyclonedx/, { statement: provenanceOf({ a: SHA256 }, { predicateType: "https://cyclonedx.org/bom" }) }],
    ["another repository", "OTHER_REPOSITORY", /built by me\/thing, not by you\/thing/, { expected: { repository: "you/thing" } }],
    ["a longer name of a repository", "OTHER_REPOSITORY", /not by me\/thin$/, { expected: { repository: "me/thin" } }],
    ["another tag", "OTHER_REF", /at refs\/tags\/v1.2.3, not at refs\/tags\/v1.2.4/, { expected: { ref: "refs/tags/v1.2.4" } }],
    [
      "a workflow of a stranger",
      "OTHER_SIGNER",
      /stranger\/w/,
      { sign: { certificate: { 9: "https://github.com/stranger/w/.github/workflows/x.yml@refs/heads/main" } } },
    ],
    [
      "a workflow of a repository with a longer name",
      "OTHER_SIGNER",
      /thing2/,
      { sign: { certificate: { 9: "https://github.com/me/thing2/x.yml@y" } } },
    ],
    ["a certificate of a person", "OTHER_ISSUER", /accounts.example/, { sign: { certificate: { 8: "https://accounts.example" } } }],
    ["a runner of one's own", "SELF_HOSTED", /GitHub does not host/, { sign: { certificate: { 11: "self-hosted" } } }],
    [
      "a statement of another repository",
      "PREDICATE_WRONG",
      /names the repository https:\/\/github.com\/you/,
      { statement: claiming({ repository: "https://github.com/you/x" }) },
    ],
    ["a statement of another ref", "PREDICATE_WRONG", /names the ref main/, { statement: claiming({ ref: "main" }) }],
    [
      "a statement of another workflow",
      "PREDICATE_WRONG",
      /names the workflow x.yml, .* .github\/workflows\/release.yml/,
      { statement: claiming({ path: "x.yml" }) },
    ],
    ["another builder", "PREDICATE_WRONG", /names the builder https:\/\/me.example/, { statement: builtBy("https://me.example") }],
    ["a statement of another commit", "PREDICATE_WRONG", /names the commit cdcd/, { statement: builtFrom("cd".repeat(20)) }],
    ["no predicate", "PREDICATE_WRONG", /not one of SLSA: buildDefinition/, { statement: provenanceOf({ a: SHA256 }, { predicate: {} }) }],
    ["a time that nobody confirms", "UNTRUSTED", /nobody has confirmed when/, { sign: { time: "nobody" } }],
    ["a time that nobody confirms, in the second version of the log", "UNTRUSTED", /nobody has confirmed/, { sign: { secondLog: true } }],
    ["a certificate that had expired", "UNTRUSTED", /no known authority .* expired/, { sign: { delay: 3600 } }],
    ["a certificate that was not valid yet", "UNTRUSTED", /no known authority/, { sign: { delay: -3600 } }],
    ["authorities that nobody knows", "UNTRUSTED", /no known authority/, { trustedRoot: foreign.trustedRoot }],
    [
      "a changed statement",
      "UNTRUSTED",
      /transparency log does not confirm it.*payload hash/,
      {
        change: (bundle) => withEnvelope(bundle, { payload: encoded(provenanceOf({ "thing.deb": SHA256, more: SHA256 })) }),
      },
    ],
    [
      "a changed signature",
      "UNTRUSTED",
      /signature mismatch/,
      { change: (bundle) => withEnvelope(bundle, { signatures: other.dsseEnvelope.signatures }) },
    ],
    [
      "the certificate of another bundle",
      "UNTRUSTED",
      /signature is not of this statement/,
      {
        change: (bundle) => withMaterial(bundle, { certificate: other.verificationMaterial.certificate }),
      },
    ],
    [
      "the log entry of another bundle",
      "UNTRUSTED",
      /transparency log does not confirm/,
      {
        change: (bundle) => withMaterial(bundle, { tlogEntries: other.verificationMaterial.tlogEntries }),
      },
    ],
    ["a certificate in no log, by an instance with logs", "UNTRUSTED", /expected 1 SCTs/, { sign: { unlogged: true } }],
    ["no log entry, by an instance with logs", "UNTRUSTED", /expected 1 tlog/, { sign: { time: "authority" }, change: withoutLog }],
    ["no time, by an instance without logs", "UNTRUSTED", /nobody has confirmed/, { change: withoutLog, trustedRoot: withoutLogs }],
    ["no log entry", "UNTRUSTED", /nobody has confirmed/, { change: (bundle) => withMaterial(bundle, { tlogEntries: [] }) }],
    ["another type of content", "NO_PROVENANCE", /none/, { change: (bundle) => withEnvelope(bundle, { payloadType: "text/plain" }) }],
    [
      "a certificate that is none",
      "BAD_BUNDLE",
      /cannot be read/,
      { change: (bundle) => withMaterial(bundle, { certificate: { rawBytes: "AAAA" } }) },
    ],
    [
      "a statement without a signature",
      "UNSIGNED",
      /statement without a signature/,
      { change: () => provenanceOf({ "thing.deb": SHA256 }) },
    ],
    ["text", "BAD_BUNDLE", /not valid JSON|Unexpected/, { change: () => "text" }],
    ["JSON of something else", "BAD_BUNDLE", /invalid/i, { change: () => ({ mediaType: "x" }) }],
    ["no bundle", "UNSIGNED", /no bundle beside it$/, { name: "other.json" }],
    [
      "no bundle, but the statement of a build on one's own machine",
      "UNSIGNED",
      /provenance.intoto.json beside it/,
      { name: "provenance.intoto.json" },
    ],
  ])("%s", async (_name, code, reason, options) => {
    const result = await check(options);
    expect(result.provenance).toBeUndefined();
    expect(result.refused).toMatchObject({ code, reason: expect.stringMatching(reason), fix: expect.stringMatching(/./) });
  });

  test("files that are not there, and keys that are none", async () => {
    const folder = temporaryFolder("provenance");
    const options = { expected: thing, cache: folder };
    const root = join(folder, "root.json");
    writeFileSync(root, authorities.trustedRoot);
    const refused = (code: string) => expect.objectContaining({ code, exit: "usage" });
    await expect(checkFiles({ ...options, paths: [join(folder, "x")], trustedRoot: root }, signal)).rejects.toThrow(refused("NO_FILE"));
    await expect(checkFiles({ ...options, paths: [folder], trustedRoot: root }, signal)).rejects.toThrow(refused("NO_FILE"));
    for (const text of ["{}", "text", '{"certificateAuthorities":1}']) {
      writeFileSync(root, text);
      await expect(checkFiles({ ...options, paths: [], trustedRoot: root }, signal)).rejects.toThrow(refused("BAD_TRUSTED_ROOT"));
    }
    const named = { ...options, paths: [root], bundle: join(folder, "none"), trustedRoot: root };
    writeFileSync(root, authorities.trustedRoot);
    expect((await checkFiles(named, signal)).files).toMatchObject([{ refused: { code: "NO_BUNDLE" } }]);
  });
});
