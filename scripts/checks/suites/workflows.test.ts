// What actionlint and zizmor cannot know: that what CI runs can be run here, and in which order it must.
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { loadRegistry } from "../../model/read-registry.ts";
import { commands } from "../../commands/index.ts";
import { createWholeProgram } from "../../commands/program.ts";
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
const jobOf = (wanted: string) => jobs.find(({ name }) => name === wanted)?.job as Job;

/** What a step may run besides scripts of npm: what only GitHub and the registry have, and what the calling project names. */
const OTHERS = [/^gh release /, /^echo "json=\$json" >> "\$GITHUB_OUTPUT"$/, /^eval "\$INSTALL"$/, /^npm publish /];
const SCRIPT = /^(?:json=\$\()?npm (?:run (?:--silent )?)?(?<script>[\w:-]+)(?: -- (?<command>[a-z]+))?/;

test("steps run npm scripts and commands that are there", async () => {
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

test("nothing is packed that did not pass what is before it, and nothing is published that was not packed", () => {
  const needs = (name: string) => [jobOf(name).needs].flat();
  expect(needs("addon/smoke")).toContain("build");
  expect(needs("addon/boards")).toContain("smoke");
  expect(needs("addon/package")).toEqual(["smoke", "boards"]);
  expect(needs("publish/publish")).toContain("draft");
  expect(needs("release/publish")).toContain("addon");
  expect(needs("release/cli")).toContain("publish");
});

test("a job may do what it must and no more", () => {
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
    "release/cli": ["id-token"],
  });
  expect(jobOf("release/cli").environment).toBe("npm");
});

test("one image is used everywhere", () => {
  const images = new Set(jobs.flatMap(({ job }) => job.container?.image ?? []));
  expect([...images]).toEqual([expect.stringMatching(/^node:\d+-bookworm@sha256:[0-9a-f]{64}$/)]);
});
