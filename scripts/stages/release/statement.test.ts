import { expect, test } from "vitest";
import type { StatementInput } from "./statement.ts";
import { statementText } from "./statement.ts";
import { PROVENANCE_TYPE, STATEMENT_TYPE } from "../../model/statement-types.ts";
import { checkPredicate, findSubject, type Statement } from "../provenance/statement.ts";

const builder = { name: "zig", linker: "zig", tools: "zig 0.17.1", rustc: "rustc 1.95.0", std: "built with the addon" } as const;
const manifest = (triple: string, commit?: string) =>
  ({
    target: { triple },
    project: { name: "thing", version: "1.2.3", ...(commit ? { commit } : {}), targets: [], others: [] },
    profile: "small",
    builder,
    artifact: { file: `thing.${triple}.node`, bytes: 1, sha256: "cd".repeat(32) },
  }) as unknown as StatementInput["manifests"][number];

const input = (commit?: string): StatementInput => ({
  name: "@me/thing",
  version: "1.2.3",
  repository: "me/thing",
  boardkit: "0.1.0",
  files: [{ file: "thing.deb", sha256: "ab".repeat(32) }],
  manifests: [manifest("a", commit), manifest("b", commit)],
});
const read = (commit?: string) => JSON.parse(statementText(input(commit))) as Statement & { predicate: { buildDefinition: object } };

test("a statement of in-toto about the files and the addons, with the tools and the commit of each build", () => {
  const statement = read("12".repeat(20));
  expect(statement).toMatchObject({ _type: STATEMENT_TYPE, predicateType: PROVENANCE_TYPE });
  expect(findSubject(statement, { sha256: "ab".repeat(32), sha512: "" })).toBe("thing.deb");
  expect(findSubject(statement, { sha256: "cd".repeat(32), sha512: "" })).toBe("thing.a.node");
  expect(findSubject(statement, { sha256: "ef".repeat(32), sha512: "" })).toBeUndefined();
  expect(statement.predicate).toMatchObject({
    buildDefinition: {
      buildType: expect.stringMatching(/^https:/),
      externalParameters: {
        package: "@me/thing",
        version: "1.2.3",
        builds: [
          { target: "a", profile: "small", ...builder },
          { target: "b", profile: "small", ...builder },
        ],
      },
      resolvedDependencies: [{ uri: "git+https://github.com/me/thing", digest: { gitCommit: "12".repeat(20) } }],
    },
    runDetails: { builder: { version: { boardkit: "0.1.0" } } },
  });
  expect(statementText(input("1"))).toBe(statementText(input("1")));
});

test("a commit with changes says so, and a source without a repository has no commit", () => {
  const { resolvedDependencies } = read("34-dirty").predicate.buildDefinition as { resolvedDependencies: object[] };
  expect(resolvedDependencies).toEqual([
    { uri: "git+https://github.com/me/thing", digest: { gitCommit: "34" }, annotations: { uncommittedChanges: true } },
  ]);
  expect(read().predicate.buildDefinition).toMatchObject({ resolvedDependencies: [] });
});

test("it is no provenance of GitHub: its builder is not the one of any certificate", () => {
  const identity = { issuer: "", signer: "s", runner: "github-hosted", repository: "r", commit: "", ref: "", workflow: "", run: "" };
  expect(() => checkPredicate(read(), identity)).toThrow(
    /names the builder https:\/\/github.com\/boardkit\/boardkit, and its certificate s/,
  );
});
