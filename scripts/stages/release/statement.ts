// The provenance of a release as Boardkit knows it: an in-toto statement with SLSA's predicate, without a signature. It is reproducible: it has no
// time and no run. CI signs a statement of its own about the same files.
import type { Manifest } from "../../model/report/manifest.ts";
import type { PythonPackage } from "../../model/report/package-index.ts";
import type { WheelManifest } from "../../model/report/wheel-manifest.ts";
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
  /** Of the addons. */
  manifests: Pick<Manifest, "target" | "project" | "profile" | "builder" | "artifact">[];
  wheels: Pick<WheelManifest, "target" | "project" | "profile" | "builder" | "wheel">[];
  sdist?: Pick<PythonPackage, "file" | "made"> | undefined;
};

/** The files that a statement is about: those of the release, and the addons in its packages. */
export function subjectsOf({ files, manifests }: Pick<StatementInput, "files" | "manifests">): { file: string; sha256: string }[] {
  return [...files, ...manifests.map(({ artifact: { file, sha256 } }) => ({ file, sha256 }))];
}

/** The text of the statement. */
export function statementText(input: StatementInput): string {
  const { name, version, repository, boardkit } = input;
  const builds = buildsOf(input);
  const sources = [...Map.groupBy(builds, ({ commit }) => commit)];
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
          builds: builds.map(({ built }) => built),
        },
        resolvedDependencies: sources.flatMap(([commit, from]) =>
          commit === undefined ? [] : [sourceOf(repository, commit, sources.length > 1 ? from.map(({ built }) => built.file) : undefined)],
        ),
      },
      runDetails: { builder: { id: BOARDKIT, version: { boardkit } } },
    },
  };
  return `${JSON.stringify(statement, null, 2)}\n`;
}

/** A file with what built it, and the commit of its source. */
type Build = { built: { file: string; target?: string; profile?: string; tools: string }; commit: string | undefined };

function buildsOf({ manifests, wheels, sdist }: StatementInput): Build[] {
  return [
    ...manifests.map(({ artifact: { file }, target, profile, builder, project }) => ({
      built: { file, target: target.triple, profile, ...builder },
      commit: project.commit,
    })),
    ...wheels.map(({ wheel: { file }, target, profile, builder, project }) => ({
      built: { file, target, profile, ...builder },
      commit: project.commit,
    })),
    ...(sdist?.made ? [{ built: { file: sdist.file, tools: sdist.made.tools }, commit: sdist.made.commit }] : []),
  ];
}

/** The source, as a resource descriptor of in-toto; with the files that were built from it, if others have another source. */
function sourceOf(repository: string | undefined, commit: string, files: string[] | undefined): object {
  const isChanged = commit.endsWith(DIRTY);
  const annotations = { ...(isChanged ? { uncommittedChanges: true } : {}), ...(files ? { files } : {}) };
  return {
    ...(repository ? { uri: `git+https://github.com/${repository}` } : { name: "source" }),
    digest: { gitCommit: isChanged ? commit.slice(0, -DIRTY.length) : commit },
    ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
  };
}
