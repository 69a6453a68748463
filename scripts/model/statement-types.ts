// The types of in-toto's statements, and of the predicates that releases have. Here, and not beside the checks: a build writes a statement,
// and the checks load Sigstore's packages.

export const STATEMENT_TYPE = "https://in-toto.io/Statement/v1";
export const PROVENANCE_TYPE = "https://slsa.dev/provenance/v1";
/** GitHub's action has it for CycloneDX: https://cyclonedx.org/specification/overview/ */
export const SBOM_TYPE = "https://cyclonedx.org/bom";
