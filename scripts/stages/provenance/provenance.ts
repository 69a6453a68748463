// Checks where files were built: a bundle of Sigstore for each, the workflow in its certificate, and the statement that it signs.
import { createHash, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Bundle } from "@sigstore/bundle";
import { type Signer, toSignedEntity, toTrustMaterial, VerificationError, Verifier } from "@sigstore/verify";
import { BoardkitError } from "../../lib/errors.ts";
import { PROVENANCE_TYPE, SBOM_TYPE } from "../../model/statement-types.ts";
import type { Provenance, ProvenanceReport, ProvenanceResult } from "../../model/report/provenance-report.ts";
import { findBundles, findSbom } from "./bundles.ts";
import { checkIdentity, type Expected, type Identity, readIdentity, repositoryName } from "./identity.ts";
import { checkPredicate, countComponents, type Digests, findSubject, readStatement, type Statement } from "./statement.ts";
import { readTrust, type Trust } from "./trusted-root.ts";

export type ProvenanceOptions = {
  /** Files of any kind. */
  paths: string[];
  expected: Expected;
  /** A file with bundles, instead of those beside the files or in npm's registry. */
  bundle?: string | undefined;
  /** A file with the keys of the authorities, instead of Sigstore's server. */
  trustedRoot?: string | undefined;
  /** Boardkit's cache folder. */
  cache: string;
};

/** Checks each file; a file that is refused does not end the others. */
export async function checkFiles(options: ProvenanceOptions, signal: AbortSignal): Promise<ProvenanceReport> {
  const trust = await readTrust(options.trustedRoot, options.cache);
  const files: ProvenanceResult[] = [];
  for (const path of options.paths) files.push(await checkFile(path, options, trust, signal));
  return { schema: 1, trustedRoot: trust.source, files };
}

async function checkFile(path: string, options: ProvenanceOptions, trust: Trust, signal: AbortSignal): Promise<ProvenanceResult> {
  const bytes = await readGiven(path);
  const hash = (algorithm: string) => createHash(algorithm).update(bytes).digest("hex");
  const result: ProvenanceResult = { path, sha256: hash("sha256") };
  try {
    const { bundles, source } = await findBundles(path, bytes, options.bundle, signal);
    result.bundle = source;
    const digests = { sha256: result.sha256, sha512: hash("sha512") };
    const provenance = checkProvenance(bundles, digests, options.expected, trust);
    const sbom = await checkSbom(path, digests, options.expected, provenance.run, trust);
    return { ...result, provenance, ...(sbom ? { sbom } : {}) };
  } catch (error) {
    if (!(error instanceof BoardkitError)) throw error;
    const { code, message, details } = error;
    return { ...result, refused: { code, reason: message, ...(details.fix ? { fix: details.fix } : {}) } };
  }
}

async function readGiven(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "EISDIR") throw error;
    const message = code === "ENOENT" ? "there is no such file" : "it is a folder: a bundle is for a file";
    throw new BoardkitError(message, { code: "NO_FILE", exit: "usage", place: path, fix: "name the files themselves", cause: error });
  }
}

/** The provenance of a file with these hashes; throws if the bundle is not to be trusted, or is of another identity or builder. */
export function checkProvenance(bundles: Bundle[], digests: Digests, expected: Expected, trust: Trust): Provenance {
  const { bundle, statement, subject, identity } = checkBundle(bundles, PROVENANCE_TYPE, digests, expected, trust);
  const builder = checkPredicate(statement, identity);
  const { repository, ref, commit, workflow, signer, runner, run } = identity;
  return {
    subject,
    repository: repositoryName(repository),
    ref,
    commit,
    workflow,
    signer,
    runner,
    run,
    builder,
    predicateType: statement.predicateType,
    signed: timeOf(bundle),
  };
}

/** The signed SBOM beside a file: of the same run as its provenance. */
async function checkSbom(path: string, digests: Digests, expected: Expected, run: string, trust: Trust): Promise<ProvenanceResult["sbom"]> {
  try {
    const found = await findSbom(path);
    if (!found) return undefined;
    const { statement, identity } = checkBundle(found.bundles, SBOM_TYPE, digests, expected, trust);
    if (identity.run !== run)
      throw new BoardkitError(`it is of another run: ${identity.run}`, {
        code: "OTHER_RUN",
        fix: "download both bundles of the same release",
      });
    return { bundle: found.source, components: countComponents(statement) };
  } catch (error) {
    if (!(error instanceof BoardkitError)) throw error;
    throw new BoardkitError(`the SBOM beside it: ${error.message}`, error.details);
  }
}

type Checked = { bundle: Bundle; statement: Statement; subject: string; identity: Identity };

/** Chooses the bundle with a predicate of a type about the file, and verifies it. */
function checkBundle(bundles: Bundle[], type: string, digests: Digests, expected: Expected, trust: Trust): Checked {
  const { bundle, statement, subject } = chooseBundle(bundles, type, digests);
  const identity = readIdentity(verifySignature(bundle, trust));
  checkIdentity(identity, expected);
  return { bundle, statement, subject, identity };
}

/** What is read here is verified by the caller. */
function chooseBundle(bundles: Bundle[], type: string, digests: Digests): Omit<Checked, "identity"> {
  const read = bundles.map((bundle) => ({ bundle, statement: readStatement(bundle) }));
  const fitting = read.flatMap(({ bundle, statement }) => (statement?.predicateType === type ? [{ bundle, statement }] : []));
  if (fitting.length === 0) {
    const types = read.map(({ statement }) => statement?.predicateType ?? "none");
    throw new BoardkitError(`it has no predicate ${type}; those in its bundle are: ${types.join(", ") || "none"}`, {
      code: type === PROVENANCE_TYPE ? "NO_PROVENANCE" : "NO_SBOM",
      fix: type === PROVENANCE_TYPE ? "name the bundle of the provenance with --bundle" : "download the SBOM's bundle again",
    });
  }
  for (const one of fitting) {
    const subject = findSubject(one.statement, digests);
    if (subject !== undefined) return { ...one, subject };
  }
  throw new BoardkitError("it is another file than those that the bundle names: no hash there is that of the file", {
    code: "OTHER_FILE",
    fix: "download the file again, and its bundle of the same version; if they still differ, do not use the file",
  });
}

/** Verifies signature, certificate, its time, and transparency log by the first instance of Sigstore whose keys fit. */
function verifySignature(bundle: Bundle, { roots }: Trust): Signer {
  const errors: VerificationError[] = [];
  for (const root of roots) {
    // GitHub's own instance, for private repositories, has timestamps instead of logs.
    const thresholds = { tlogThreshold: Math.min(1, root.tlogs.length), ctlogThreshold: Math.min(1, root.ctlogs.length) };
    try {
      return new Verifier(toTrustMaterial(root), { ...thresholds, timestampThreshold: 1 }).verify(toSignedEntity(bundle));
    } catch (error) {
      if (!(error instanceof VerificationError)) throw unreadable(error as Error);
      errors.push(error);
    }
  }
  const [first] = errors;
  const reasons = [...new Set(errors.map((error) => reasonOf(error)))];
  throw new BoardkitError(`its bundle is not to be trusted: ${reasons.join("; ")}`, {
    code: "UNTRUSTED",
    fix: "download file and bundle again; if they are still refused, do not use the file",
    cause: first,
  });
}

/** A certificate, timestamp or log entry that is none. */
function unreadable(cause: Error): BoardkitError {
  const fix = "download it again, from where the file is from";
  return new BoardkitError(`the bundle cannot be read: ${cause.message}`, { code: "BAD_BUNDLE", fix, cause });
}

/** What a fault of the library means; its own words follow. */
const MEANINGS: Partial<Record<VerificationError["code"], string>> = {
  CERTIFICATE_ERROR: "no known authority has issued its certificate for the time of the signature",
  PUBLIC_KEY_ERROR: "it is signed with a key, not by a workflow",
  SIGNATURE_ERROR: "its signature is not of this statement",
  TIMESTAMP_ERROR: "nobody has confirmed when it was signed, and its certificate was valid for minutes only",
};

function reasonOf({ code, message, cause }: VerificationError): string {
  const words = cause instanceof Error ? `${message}: ${cause.message}` : message;
  return `${MEANINGS[code] ?? "the transparency log does not confirm it"} (${words})`;
}

/** When the certificate was issued; it is signed with it within minutes. */
function timeOf({ verificationMaterial: { content } }: Bundle): string {
  const chain = content.$case === "x509CertificateChain" ? content.x509CertificateChain.certificates : [];
  const leaf = content.$case === "certificate" ? content.certificate : chain[0];
  return leaf ? new X509Certificate(leaf.rawBytes).validFromDate.toISOString() : "";
}
