// The statement in a bundle (https://github.com/in-toto/attestation/blob/main/spec/v1/statement.md), and its predicate: SLSA's provenance.
import type { Bundle } from "@sigstore/bundle";
import { z } from "zod";
import { BoardkitError } from "../../lib/errors.ts";
import { STATEMENT_TYPE } from "../../model/statement-types.ts";
import { type Identity, repositoryName } from "./identity.ts";

const PAYLOAD_TYPE = "application/vnd.in-toto+json";

const statement = z.object({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.array(z.object({ name: z.string().default(""), digest: z.record(z.string(), z.string()) })).min(1),
  predicateType: z.string(),
  predicate: z.unknown(),
});
export type Statement = z.infer<typeof statement>;

/** The fields of SLSA's provenance that the certificate has too: https://slsa.dev/spec/v1.0/provenance */
const predicate = z.object({
  buildDefinition: z.object({
    externalParameters: z
      .object({ workflow: z.object({ repository: z.string(), ref: z.string(), path: z.string() }).partial().default({}) })
      .default({ workflow: {} }),
    resolvedDependencies: z
      .array(z.object({ uri: z.string().default(""), digest: z.record(z.string(), z.string()).default({}) }))
      .default([]),
  }),
  runDetails: z.object({ builder: z.object({ id: z.string() }) }),
});

/** Hashes of a file, in hexadecimal. */
export type Digests = { sha256: string; sha512: string };

/** The statement in a bundle; undefined if the bundle has none. */
export function readStatement({ content }: Bundle): Statement | undefined {
  if (content.$case !== "dsseEnvelope" || content.dsseEnvelope.payloadType !== PAYLOAD_TYPE) return undefined;
  try {
    return statement.safeParse(JSON.parse(content.dsseEnvelope.payload.toString())).data;
  } catch {
    return undefined; // text that is not JSON is no statement either
  }
}

/**
 * The name that a statement has for a file; undefined if the file is none of its subjects. A subject needs a hash that is known here, and all of these must be
 * right.
 */
export function findSubject({ subject }: Statement, digests: Digests): string | undefined {
  const found = subject.find(({ digest }) => {
    const known = Object.entries(digest).filter(([algorithm]) => Object.hasOwn(digests, algorithm));
    return known.length > 0 && known.every(([algorithm, hash]) => digests[algorithm as keyof Digests] === hash);
  });
  return found?.name;
}

/** The builder that a statement names; throws if the statement contradicts the certificate, which GitHub's word is behind. */
export function checkPredicate({ predicate: value }: Statement, identity: Identity): string {
  const { data, error } = predicate.safeParse(value);
  if (!data) {
    const [issue] = error.issues;
    throw contradiction(`its predicate is not one of SLSA: ${issue?.path.join(".")}: ${issue?.message}`);
  }
  const { repository, ref, path } = data.buildDefinition.externalParameters.workflow;
  const source = data.buildDefinition.resolvedDependencies.find(({ uri }) => uri.startsWith(`git+${identity.repository}@`));
  const { id } = data.runDetails.builder;
  const workflow = identity.workflow.replace(`${identity.repository}/`, "").replace(/@.*/, "");
  for (const [what, claimed, certified] of [
    ["repository", repository, identity.repository],
    ["ref", ref, identity.ref],
    ["workflow", path, workflow],
    ["commit", source?.digest.gitCommit, identity.commit],
  ] as const) {
    if (claimed !== undefined && claimed !== certified)
      throw contradiction(`its statement names the ${what} ${claimed}, and its certificate ${certified}`);
  }
  const builders = [`https://github.com/actions/runner/${identity.runner}`, identity.signer];
  if (!builders.includes(id))
    throw contradiction(`its statement names the builder ${id}, and its certificate ${repositoryName(identity.signer)}`);
  return id;
}

const bom = z.object({ bomFormat: z.literal("CycloneDX"), components: z.array(z.unknown()).default([]) });

/** The number of components of a statement with an SBOM; throws if it is none. */
export function countComponents({ predicate: value }: Statement): number {
  const { data } = bom.safeParse(value);
  if (data) return data.components.length;
  throw new BoardkitError("its predicate is not an SBOM of CycloneDX", {
    code: "PREDICATE_WRONG",
    fix: "download the SBOM's bundle again",
  });
}

function contradiction(message: string): BoardkitError {
  return new BoardkitError(message, {
    code: "PREDICATE_WRONG",
    fix: "do not use the file: its workflow has signed what GitHub does not confirm",
  });
}
