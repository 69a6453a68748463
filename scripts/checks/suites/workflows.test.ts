// Checks that actionlint and zizmor cannot make: that the commands of CI exist, and that jobs run in the right order.
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { loadRegistry } from "../../model/read-registry.ts";
import { commands } from "../../commands/index.ts";
import { createWholeProgram } from "../../commands/program/program.ts";
import { dev } from "../commands/dev.ts";
import { packageRoot } from "../../lib/paths.ts";

type Job = {
  needs?: string | string[];
  steps?: { run?: string }[];
  container?: { image: string };
  permissions: Record<string, string>;
  environment?: string;
};

const files = globSync(join(packageRoot, ".github/workflows/*.yml"));
const workflows = files.map((path) => ({
  name: basename(path, ".yml"),
  ...(parse(readFileSync(path, "utf8")) as { permissions: object; jobs: Record<string, Job> }),
}));
const jobs = workflows.flatMap((workflow) => Object.entries(workflow.jobs).map(([id, job]) => ({ name: `${workflow.name}/${id}`, job })));
const jobOf = (id: string) => jobs.find(({ name }) => name === id)?.job as Job;

/** Lines that a step may run and that are not npm scripts: calls of GitHub and of the registry, and commands of the calling project. */
const OTHERS = [
  /^gh release /,
  /^cp "\$(PROVENANCE|SBOM)" release\/\w+\.sigstore\.json$/,
  /^echo "json=\$json" >> "\$GITHUB_OUTPUT"$/,
  /^eval "\$INSTALL"$/,
  /^npm publish /,
];
const SCRIPT = /^(?:json=\$\()?npm (?:run (?:--silent )?)?(?<script>[\w:-]+)(?: -- (?<command>[a-z]+))?/;

test("steps run npm scripts and commands that exist", async () => {
  const { scripts } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as { scripts: Record<string, string> };
  const program = await createWholeProgram([...commands, dev], { env: {}, signal: new AbortController().signal, loadRegistry });
  const names = new Set(program.commands.map((command) => command.name()));
  const lines = jobs.flatMap(({ job }) => (job.steps ?? []).flatMap(({ run }) => run?.trim().split("\n") ?? []));
  const called = lines.filter((line) => !OTHERS.some((other) => other.test(line))).map((line) => SCRIPT.exec(line)?.groups ?? { line });
  const unknown = called.filter(({ script = "", command }) => !scripts[script] || (command !== undefined && !names.has(command)));
  expect(unknown).toEqual([]);
  const used = called.flatMap(({ command }) => command ?? []);
  expect([...new Set(used)]).toEqual(expect.arrayContaining(["matrix", "build", "smoke", "board", "package", "publish"]));
});

test("a package needs the smoke and board jobs, and a publication needs a package", () => {
  const needs = (name: string) => [jobOf(name).needs].flat();
  expect(needs("addon/smoke")).toContain("build");
  expect(needs("addon/boards")).toContain("smoke");
  expect(needs("addon/package")).toEqual(["matrix", "smoke", "boards"]);
  expect(needs("publish/publish")).toContain("draft");
  expect(needs("release/publish")).toContain("addon");
  expect(needs("release/pypi")).toContain("publish");
  expect(needs("release/cli")).toContain("publish");
});

test("jobs have only the permissions that they need", () => {
  expect(workflows.map(({ permissions }) => permissions)).toEqual(workflows.map(() => ({})));
  const writing = jobs.flatMap(({ name, job }) => {
    const scopes = Object.entries(job.permissions).flatMap(([scope, access]) => (access === "write" ? [scope] : []));
    return scopes.length > 0 ? [[name, ...scopes]] : [];
  });
  expect(Object.fromEntries(writing.map(([name, ...scopes]) => [name, scopes]))).toEqual({
    "docs/deploy": ["pages", "id-token"],
    "publish/draft": ["contents", "id-token", "attestations"],
    "publish/publish": ["id-token"],
    "release/publish": ["contents", "id-token", "attestations"],
    "release/pypi": ["id-token"],
    "release/cli": ["id-token"],
  });
  expect(jobOf("release/pypi").environment).toBe("pypi");
  expect(jobOf("release/cli").environment).toBe("npm");
});

test("all jobs use one image", () => {
  const images = new Set(jobs.flatMap(({ job }) => job.container?.image ?? []));
  expect([...images]).toEqual([expect.stringMatching(/^node:\d+-bookworm@sha256:[0-9a-f]{64}$/)]);
});
