// The provenance of a release as Boardkit knows it: an in-toto statement with SLSA's predicate, without a signature. It is reproducible: it has no
// time and no run. CI signs a statement of its own about the same files.
import type { Manifest } from "../../model/report/manifest.ts";
import { DIRTY } from "../../tools/git.ts";
import { PROVENANCE_TYPE, STATEMENT_TYPE } from "../../model/statement-types.ts";

const BOARDKIT = "https://github.com/boardkit/boardkit";
const BUILD_TYPE = `${BOARDKIT}/blob/main/docs/release.md#provenance`;

export type StatementInput = {
  name: string;
  version: string;
  /** The project's repository on GitHub, `owner/name`. */
  repository?: string | undefined;
  /** Version of Boardkit. */
  boardkit: string;
  /** Files of the release. */
  files: { file: string; sha256: string }[];
  manifests: Pick<Manifest, "target" | "project" | "profile" | "builder" | "artifact">[];
};

/** The files that a statement is about: those of the release, and the addons in its packages. */
export function subjectsOf({ files, manifests }: Pick<StatementInput, "files" | "manifests">): { file: string; sha256: string }[] {
  return [...files, ...manifests.map(({ artifact: { file, sha256 } }) => ({ file, sha256 }))];
}

/** The text of the statement. */
export function statementText(input: StatementInput): string {
  const { name, version, repository, boardkit, manifests } = input;
  const commits = [...new Set(manifests.flatMap(({ project }) => project.commit ?? []))];
  const statement = {
    _type: STATEMENT_TYPE,
    subject: subjectsOf(input).map(({ file, sha256 }) => ({ name: file, digest: { sha256 } })),
    predicateType: PROVENANCE_TYPE,
    predicate: {
      buildDefinition: {
        buildType: BUILD_TYPE,
        externalParameters: {
          package: name,
          version,
          builds: manifests.map(({ target, profile, builder }) => ({ target: target.triple, profile, ...builder })),
        },
        resolvedDependencies: commits.map((commit) => sourceOf(repository, commit)),
      },
      runDetails: { builder: { id: BOARDKIT, version: { boardkit } } },
    },
  };
  return `${JSON.stringify(statement, null, 2)}\n`;
}

/** The source, as a resource descriptor of in-toto. */
function sourceOf(repository: string | undefined, commit: string): object {
  const isChanged = commit.endsWith(DIRTY);
  return {
    ...(repository ? { uri: `git+https://github.com/${repository}` } : { name: "source" }),
    digest: { gitCommit: isChanged ? commit.slice(0, -DIRTY.length) : commit },
    ...(isChanged ? { annotations: { uncommittedChanges: true } } : {}),
  };
}
