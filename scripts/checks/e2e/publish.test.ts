// Publication to a real registry: in order, resumed, and without overwriting.
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readProject } from "../../model/project.ts";
import { packProject } from "../../stages/package/package.ts";
import { checkNpm } from "../../stages/publish/npm.ts";
import { startRegistry, type Registry } from "../install/registry.ts";
import { createPackable, quietContext, triples } from "../fixtures/packable-project.ts";
import { publishPackage } from "../../tools/packages/npm.ts";

const folder = mkdtempSync(join(tmpdir(), "boardkit-publish-"));
const userconfig = join(folder, "npmrc");
let registry: Registry;
let options: string[] = [];

beforeAll(async () => {
  registry = await startRegistry(join(folder, "registry"));
  writeFileSync(userconfig, `//${new URL(registry.url).host}/:_authToken=anonymous\n`);
  options = ["--registry", registry.url, "--userconfig", userconfig, "--access", "public"];
});
afterAll(async () => {
  await registry.end();
  rmSync(folder, { recursive: true, force: true });
});

/** A project with two platforms, packed. */
async function packed(packageJson: object = {}): Promise<string> {
  const project = createPackable(packageJson);
  await packProject(readProject(project), triples.slice(0, 2), false, quietContext());
  return project;
}

/** Publishes a project; returns the progress lines in order. */
async function publish(project: string): Promise<string[]> {
  const lines: string[] = [];
  const context = quietContext();
  const reporter = {
    ...context.reporter,
    done: (_step: string, subject: string) => lines.push(subject),
    skipped: (_step: string, subject: string, reason: string) => lines.push(`${subject}: ${reason}`),
  };
  await (
    await checkNpm(readProject(project), options, { ...context, reporter } as typeof context)
  )();
  return lines;
}

const platforms = ["@me/thing-linux-arm64-gnu@1.2.3", "@me/thing-linux-arm64-musl@1.2.3"];

test("an interrupted publication is resumed, the root package comes last, and nothing is published twice", async () => {
  const project = await packed();
  await publishPackage(join(project, "dist/npm/me-thing-linux-arm64-gnu-1.2.3.tgz"), options, new AbortController().signal);
  expect(await publish(project)).toEqual([`${platforms[0]}: already published`, platforms[1], "@me/thing@1.2.3"]);
  const skipped = [...platforms, "@me/thing@1.2.3"].map((name) => `${name}: already published`);
  expect(await publish(project)).toEqual(skipped);
});

test("if a version exists with other content, nothing is published", async () => {
  const name = "@me/taken";
  const first = await packed({ name });
  await publishPackage(join(first, "dist/npm/me-taken-1.2.3.tgz"), options, new AbortController().signal);
  const second = await packed({ name, description: "another" });
  await expect(publish(second)).rejects.toThrow(
    expect.objectContaining({
      code: "VERSION_TAKEN",
      details: expect.objectContaining({ fix: expect.stringContaining("raise the version") }),
    }),
  );
  const response = await fetch(`${registry.url}@me%2ftaken-linux-arm64-gnu`);
  expect(response.status).toBe(404);
});

test("a file that has changed since it was packed, and no packed file", async () => {
  const project = await packed({ name: "@me/changed" });
  appendFileSync(join(project, "dist/npm/me-changed-1.2.3.tgz"), " ");
  await expect(publish(project)).rejects.toThrow(expect.objectContaining({ code: "PACKAGE_CHANGED" }));
  await expect(publish(createPackable())).rejects.toThrow(expect.objectContaining({ code: "NOT_PACKED", exit: "usage" }));
});

test("an unreachable registry is not a missing version", async () => {
  const project = await packed({ name: "@me/away" });
  options = ["--registry", "http://127.0.0.1:9/", "--userconfig", userconfig, "--fetch-retries", "0"];
  await expect(publish(project)).rejects.toThrow(expect.objectContaining({ code: "REGISTRY_FAILED" }));
});
