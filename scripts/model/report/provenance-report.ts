// The report of `boardkit verify --provenance --json`: which workflow has built each file.

/** What a verified bundle says of a file; all values but `subject` and `builder` are those of the certificate. */
export type Provenance = {
  /** Name of the file in the signed statement. */
  subject: string;
  /** `owner/name` on GitHub. */
  repository: string;
  /** For example `refs/tags/v1.2.3`. */
  ref: string;
  /** Commit of the repository. */
  commit: string;
  /** The workflow that the event has started, and the one with the job that signed: they differ if one calls the other. */
  workflow: string;
  signer: string;
  /** `github-hosted` or `self-hosted`. */
  runner: string;
  /** Page of the run. */
  run: string;
  /** The builder that the statement names. */
  builder: string;
  predicateType: string;
  /** When the certificate was issued, in ISO 8601. */
  signed: string;
};

/** A file with its provenance, or with the reason why it is refused. */
export type ProvenanceResult = {
  /** The path on the command line. */
  path: string;
  sha256: string;
  /** Where the bundle is from: a file, or the address in npm's registry. */
  bundle?: string;
  provenance?: Provenance;
  /** The signed SBOM beside the file, if there is one: the number of its components. */
  sbom?: { bundle: string; components: number };
  refused?: { code: string; reason: string; fix?: string };
};

export type ProvenanceReport = {
  schema: 1;
  /** Where the keys of the authorities are from. */
  trustedRoot: string;
  files: ProvenanceResult[];
};
