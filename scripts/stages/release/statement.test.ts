import { expect, test } from "vitest";
import { z } from "zod";
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

const wheelBuilder = { name: "zig", tools: "zig 0.17.1; maturin 1.16.0", rustc: "rustc 1.95.0", std: "compiled" } as const;
const wheel = (target: string, commit?: string) =>
  ({
    target,
    project: { name: "thing", version: "1.2.3", ...(commit ? { commit } : {}) },
    profile: "standard",
    builder: wheelBuilder,
    wheel: { file: `thing-${target}.whl`, bytes: 1, sha256: "aa".repeat(32) },
  }) as unknown as StatementInput["wheels"][number];
const sdistOf = (commit?: string) => ({ file: "thing.tar.gz", made: { tools: "maturin 1.16.0", ...(commit ? { commit } : {}) } });

const input = (commit?: string): StatementInput => ({
  name: "@me/thing",
  version: "1.2.3",
  repository: "me/thing",
  boardkit: "0.1.0",
  files: [{ file: "thing.deb", sha256: "ab".repeat(32) }],
  manifests: [manifest("a", commit), manifest("b", commit)],
  wheels: [],
});

/** in-toto's resource descriptor and SLSA's predicate: https://slsa.dev/spec/v1.0/provenance#schema */
const resource = z
  .strictObject({
    uri: z.string().optional(),
    name: z.string().optional(),
    digest: z.record(z.string(), z.string().regex(/^[0-9a-f]+$/)).optional(),
    annotations: z.record(z.string(), z.unknown()).optional(),
  })
  .refine(({ uri, digest }) => uri !== undefined || digest !== undefined, "a descriptor needs uri, digest or content");
const slsa = z.strictObject({
  buildDefinition: z.strictObject({
    buildType: z.url(),
    externalParameters: z.record(z.string(), z.unknown()),
    resolvedDependencies: z.array(resource),
  }),
  runDetails: z.strictObject({ builder: z.strictObject({ id: z.url(), version: z.record(z.string(), z.string()) }) }),
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
          { file: "thing.a.node", target: "a", profile: "small", ...builder },
          { file: "thing.b.node", target: "b", profile: "small", ...builder },
        ],
      },
      resolvedDependencies: [{ uri: "git+https://github.com/me/thing", digest: { gitCommit: "12".repeat(20) } }],
    },
    runDetails: { builder: { version: { boardkit: "0.1.0" } } },
  });
  expect(statementText(input("1"))).toBe(statementText(input("1")));
});

test("wheels and the sdist are named with what built them, in SLSA's shape; each is a subject", () => {
  const files = ["thing-a.whl", "thing-b.whl", "thing.tar.gz"].map((file) => ({ file, sha256: "ab".repeat(32) }));
  const [one, other] = ["12".repeat(20), "34".repeat(20)];
  const text = (more: Partial<StatementInput>) => JSON.parse(statementText({ ...input(one), files, ...more })) as Statement;
  const wheels = [wheel("a", one), wheel("b", one)];
  const statement = text({ wheels, sdist: sdistOf(one) });
  const { buildDefinition } = slsa.parse(statement.predicate);
  const builds = buildDefinition.externalParameters.builds as { file: string }[];
  expect(builds.slice(2)).toEqual([
    { file: "thing-a.whl", target: "a", profile: "standard", ...wheelBuilder },
    { file: "thing-b.whl", target: "b", profile: "standard", ...wheelBuilder },
    { file: "thing.tar.gz", tools: "maturin 1.16.0" },
  ]);
  expect(builds.map(({ file }) => file).toSorted()).toEqual(statement.subject.map(({ name }) => name).toSorted());
  expect(buildDefinition.resolvedDependencies).toEqual([{ uri: "git+https://github.com/me/thing", digest: { gitCommit: one } }]);
  // A project that has only a Python package.
  const python = slsa.parse(text({ manifests: [], wheels, sdist: sdistOf(one) }).predicate).buildDefinition;
  expect(python.externalParameters.builds).toHaveLength(3);
  expect(python.resolvedDependencies).toHaveLength(1);
  // Files of two commits.
  const mixed = slsa.parse(text({ wheels: [wheel("a", other)], sdist: sdistOf() }).predicate).buildDefinition;
  expect(mixed.resolvedDependencies).toEqual([
    expect.objectContaining({ digest: { gitCommit: one }, annotations: { files: ["thing.a.node", "thing.b.node"] } }),
    expect.objectContaining({ digest: { gitCommit: other }, annotations: { files: ["thing-a.whl"] } }),
  ]);
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
