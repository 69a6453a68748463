// The identity in a certificate of Fulcio: the workflow that signed. https://github.com/sigstore/fulcio/blob/main/docs/oid-info.md
import { ASN1Obj } from "@sigstore/core";
import type { Signer } from "@sigstore/verify";
import { BoardkitError } from "../../lib/errors.ts";

export type Identity = {
  issuer: string;
  signer: string;
  runner: string;
  repository: string;
  commit: string;
  ref: string;
  workflow: string;
  run: string;
};

/** The identity that a user expects. */
export type Expected = {
  /** `owner/name` on GitHub. */
  repository: string;
  /** For example `refs/tags/v1.2.3`; any if absent. */
  ref?: string | undefined;
  /** Repositories besides the expected one whose reusable workflows may sign. */
  signers: string[];
  /** Also accept runners that GitHub does not host. */
  selfHosted: boolean;
};

const GITHUB = "https://github.com/";
const ISSUER = "https://token.actions.githubusercontent.com";
/** The last number of each object identifier below 1.3.6.1.4.1.57264.1. */
const NUMBERS: Record<keyof Identity, number> = {
  issuer: 8,
  signer: 9,
  runner: 11,
  repository: 12,
  commit: 13,
  ref: 14,
  workflow: 18,
  run: 21,
};
const FULCIO = "1.3.6.1.4.1.57264.1";

/** Reads the identity of a verified certificate. */
export function readIdentity({ identity }: Signer): Identity {
  const values = new Map((identity?.oids ?? []).map(({ oid, value }) => [oid?.id.join("."), value]));
  const entries = Object.entries(NUMBERS).map(([name, number]) => {
    const value = values.get(`${FULCIO}.${number}`);
    return [name, value ? ASN1Obj.parseBuffer(Buffer.from(value)).value.toString() : ""];
  });
  return Object.fromEntries(entries) as Identity;
}

/** `owner/name` of an address on GitHub. */
export function repositoryName(url: string): string {
  return url.startsWith(GITHUB) ? url.slice(GITHUB.length) : url;
}

/** Throws if a certificate is of another identity than the expected one. */
export function checkIdentity(identity: Identity, expected: Expected): void {
  const { issuer, repository, ref, signer, runner } = identity;
  if (issuer !== ISSUER)
    throw refused("OTHER_ISSUER", `its certificate is for a user or service of ${issuer || "nobody known"}, not for a workflow on GitHub`);
  if (!isSame(repositoryName(repository), expected.repository))
    throw refused("OTHER_REPOSITORY", `it was built by ${repositoryName(repository)}, not by ${expected.repository}`);
  if (expected.ref !== undefined && ref !== expected.ref) throw refused("OTHER_REF", `it was built at ${ref}, not at ${expected.ref}`);
  const signers = [expected.repository, ...expected.signers];
  if (!signers.some((name) => isSame(signer.slice(0, GITHUB.length + name.length + 1), `${GITHUB}${name}/`)))
    throw refused(
      "OTHER_SIGNER",
      `it was signed by the workflow ${signer}`,
      `if you trust that workflow, name its repository with --signer`,
    );
  if (runner !== "github-hosted" && !expected.selfHosted)
    throw refused(
      "SELF_HOSTED",
      "it was built on a runner that GitHub does not host",
      "if you trust that runner, accept it: --self-hosted",
    );
}

/** GitHub's names do not depend on the case of letters. */
const isSame = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

function refused(code: string, message: string, fix = "do not use the file; ask its authors if you do not know why"): BoardkitError {
  return new BoardkitError(message, { code, fix });
}
