// `boardkit verify --provenance`: which workflow has built files.
import { BoardkitError } from "../../lib/errors.ts";
import { cacheRoot } from "../../lib/paths.ts";
import type { ProvenanceReport, ProvenanceResult } from "../../model/report/provenance-report.ts";
import { checkFiles } from "../../stages/provenance/provenance.ts";
import type { Edge } from "../command.ts";
import { print } from "../shared.ts";
import { repositoryOf } from "./repository.ts";

export type ProvenanceFlags = {
  repo?: string;
  ref?: string;
  signer: string[];
  selfHosted: boolean;
  bundle?: string;
  trustedRoot?: string;
};

/** The repository of the reusable workflow that `boardkit init` lets projects call. */
const BOARDKIT = "boardkit/boardkit";

/** Checks files and prints the result; an error if one is refused. */
export async function printProvenance(paths: string[], flags: ProvenanceFlags & { json: boolean }, cwd: string, edge: Edge): Promise<void> {
  const { ref, signer, selfHosted, bundle, trustedRoot, json } = flags;
  const repository = flags.repo ?? repositoryOf(cwd);
  const report = await checkFiles(
    {
      paths,
      expected: { repository, ref, signers: [BOARDKIT, ...signer], selfHosted },
      bundle,
      trustedRoot,
      cache: cacheRoot(edge.env),
    },
    edge.signal,
  );
  print(json ? JSON.stringify(report, null, 2) : describe(report));
  const refused = report.files.filter((file) => file.refused);
  const [first] = refused;
  if (!first?.refused) return;
  const { code, fix } = first.refused;
  throw new BoardkitError(`${refused.length} of ${report.files.length} files are refused`, { code, ...(fix ? { fix } : {}) });
}

function describe({ files, trustedRoot }: ProvenanceReport): string {
  return [...files.flatMap(describeFile), `keys of the authorities: ${trustedRoot}`].join("\n");
}

function describeFile({ path, sha256, bundle, provenance, sbom, refused }: ProvenanceResult): string[] {
  if (!provenance) return [`✗ ${path}: ${refused?.reason}`, `    sha256 ${sha256}`, ...(bundle ? [`    bundle ${bundle}`] : [])];
  const { repository, ref, commit, workflow, signer, runner, run, builder, signed } = provenance;
  return [
    `✓ ${path}: built by ${repository} at ${ref}`,
    `    commit ${commit}`,
    `    workflow ${workflow}`,
    ...(signer === workflow ? [] : [`    signed by ${signer}`]),
    `    run ${run}, ${runner}, ${signed}`,
    `    builder ${builder}`,
    `    sha256 ${sha256}`,
    ...(bundle ? [`    bundle ${bundle}`] : []),
    ...(sbom ? [`    SBOM with ${sbom.components} components, signed in the same run: ${sbom.bundle}`] : []),
  ];
}
