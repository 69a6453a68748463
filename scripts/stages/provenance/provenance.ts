// Checks where files were built: a bundle of Sigstore for each, the workflow in its certificate, and the statement that it signs.
import { createHash, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { Bundle } from "@sigstore/bundle";
import { type Signer, toSignedEntity, toTrustMaterial, VerificationError, Verifier } from "@sigstore/verify";
import { BoardkitError } from "../../lib/errors.ts";
import type { Provenance, ProvenanceReport, ProvenanceResult } from "../../model/report/provenance-report.ts";
import { findBundles } from "./bundles.ts";
import { checkIdentity, type Expected, readIdentity, repositoryName } from "./identity.ts";
import { checkPredicate, type Digests, findSubject, PROVENANCE_TYPE, readStatement } from "./statement.ts";
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
    return { ...result, provenance: checkBundle(chooseBundle(bundles, digests), digests, options.expected, trust) };
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

/** The bundle with provenance of the file. What is read here is not verified yet. */
function chooseBundle(bundles: Bundle[], digests: Digests): Bundle {
  const types = bundles.map((bundle) => readStatement(bundle)?.predicateType ?? "none");
  const provenances = bundles.filter((_, index) => types[index] === PROVENANCE_TYPE);
  if (provenances.length === 0) {
    throw new BoardkitError(`it has no provenance of SLSA's version 1; the predicates in its bundle are: ${types.join(", ")}`, {
      code: "NO_PROVENANCE",
      fix: "name the bundle of the provenance with --bundle",
    });
  }
  const fitting = provenances.find((bundle) => subjectOf(bundle, digests) !== undefined);
  if (fitting) return fitting;
  throw new BoardkitError("it is another file than those that its provenance names: no hash there is that of the file", {
    code: "OTHER_FILE",
    fix: "download the file again, and its bundle of the same version; if they still differ, do not use the file",
  });
}

function subjectOf(bundle: Bundle, digests: Digests): string | undefined {
  const statement = readStatement(bundle);
  return statement && findSubject(statement, digests);
}

/** The provenance of a file with these hashes; throws if the bundle is not to be trusted, or is of another identity or builder. */
export function checkBundle(bundle: Bundle, digests: Digests, expected: Expected, trust: Trust): Provenance {
  const identity = readIdentity(verifySignature(bundle, trust));
  checkIdentity(identity, expected);
  const statement = readStatement(bundle);
  const subject = statement && findSubject(statement, digests);
  if (!statement || subject === undefined) throw new TypeError("the chosen bundle is not for the file");
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
