// Publication to a real index: in order, resumed, and without overwriting. A stand-in makes the tokens of trusted publishers.
import { randomBytes } from "node:crypto";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { cacheRoot } from "../../../lib/paths.ts";
import { pythonPackagesFolder } from "../../../model/names.ts";
import { readProject } from "../../../model/project.ts";
import { getToolchain, selectTriples } from "../../../model/registry.ts";
import type { PythonRegistry, RegistryName } from "../../../model/report/publication.ts";
import { publishAll } from "../../../stages/publish/publish.ts";
import { checkPypi } from "../../../stages/publish/pypi.ts";
import { fetchItems } from "../../../stages/set-up/fetch.ts";
import { runOrFail } from "../../../tools/exec.ts";
import { provided } from "../../../tools/store/store.ts";
import { createPackable, quietContext } from "../../fixtures/packable-project.ts";
import { temporaryFolder } from "../../fixtures/temporary-folder.ts";
import { startIndex, type PythonIndexServer } from "../../pypi/index.ts";
import { startLink } from "../../pypi/link.ts";
import { writePythonPackages } from "../../pypi/packages.ts";
import { startTrusting } from "../../pypi/trusting.ts";

const TOKEN = "pypi-of-the-project";
const context = { ...quietContext(), cache: cacheRoot(process.env) };
const targets = selectTriples(context.registry, ["aarch64-unknown-linux-gnu", "arm-unknown-linux-*"]);

let folder = "";
let index: PythonIndexServer;
beforeAll(() => fetchItems(["uv"], context), 300_000);
beforeEach(async () => {
  folder = temporaryFolder();
  index = await startIndex(folder, TOKEN, context.cache);
  vi.stubEnv("UV_PUBLISH_TOKEN", TOKEN);
  vi.stubEnv("UV_HTTP_RETRIES", "0");
}, 300_000);
afterEach(async () => {
  vi.unstubAllEnvs();
  await index.end();
});

/** A project with packed wheels and sdist. */
function packed(content = "") {
  const project = createPackable();
  return { project, packages: writePythonPackages(project, "thing", targets, content) };
}

/** Publishes to an index; returns the progress lines in order. */
async function publish(project: string, registry: PythonRegistry = index): Promise<string[]> {
  const lines: string[] = [];
  const reporter = {
    ...context.reporter,
    done: (_step: string, subject: string) => lines.push(subject.replace(/ to .*/, "")),
    skipped: (_step: string, subject: string, reason: string) => lines.push(`${subject}: ${reason}`),
  };
  await (
    await checkPypi(readProject(project), registry, { ...context, reporter } as typeof context)
  )();
  return lines;
}

const failed = (code: string, fix: string) =>
  expect.objectContaining({ code, details: expect.objectContaining({ fix: expect.stringContaining(fix) }) });

test("all files are published once, and the next run publishes nothing", async () => {
  const { project, packages } = packed();
  const names = packages.map(({ file }) => file);
  expect(await publish(project)).toEqual([`${names.length} files`]);
  expect(await index.files()).toEqual(names.toSorted());
  expect(await publish(project)).toEqual(names.map((name) => `${name}: already published`));
});

/** Long content, which does not compress well. */
const long = () => `x = "${randomBytes(200_000).toString("hex")}"\n`;

test("an upload that breaks in the middle of a file leaves whole files only, and the next run goes on", async () => {
  const { project, packages } = packed(long());
  const link = await startLink(index.port);
  const registry = { upload: `http://127.0.0.1:${link.port}/`, index: index.index };
  try {
    // uv sorts the files by name.
    const [first, ...others] = packages.map(({ file }) => file).toSorted();
    link.breakAfter(packages[0]!.bytes * 1.5);
    await expect(publish(project, registry)).rejects.toThrow(failed("PUBLISH_FAILED", "the next run skips published files"));
    expect(await index.files()).toEqual([first]);
    link.breakAfter(Infinity);
    expect(await publish(project, registry)).toEqual([`${first}: already published`, `${others.length} files`]);
    expect(await index.files()).toEqual([first, ...others]);
  } finally {
    await link.end();
  }
});

test("half a file in an index that compares no hashes is found by the next run", async () => {
  await index.end();
  index = await startIndex(folder, TOKEN, context.cache, { server: "wsgiref" });
  const { project, packages } = packed(long());
  const link = await startLink(index.port);
  try {
    link.breakAfter(packages[0]!.bytes / 2);
    await expect(publish(project, { upload: `http://127.0.0.1:${link.port}/`, index: index.index })).rejects.toThrow();
    // The server sees the end of the connection after the client.
    await expect.poll(index.files, { timeout: 30_000 }).toHaveLength(1);
    await expect(publish(project)).rejects.toThrow(failed("VERSION_TAKEN", "raise the version"));
    expect(await index.files()).toHaveLength(1);
  } finally {
    await link.end();
  }
});

test("a publication that was cut off after some files goes on with the others", async () => {
  const { project, packages } = packed();
  const [wheel = "", ...others] = packages.map(({ file }) => file);
  const { stderr } = await uploadOnly(project, wheel);
  expect(stderr).toContain(`Uploading ${wheel}`);
  expect(await publish(project)).toEqual([`${wheel}: already published`, `${others.length} files`]);
  expect(await index.files()).toEqual(packages.map(({ file }) => file).toSorted());
});

test("wheels come before the sdist", async () => {
  const { project, packages } = packed();
  const reversed = packages.map(({ file }) => file).toReversed();
  const { stderr } = await uploadOnly(project, ...reversed);
  expect([...stderr.matchAll(/^Uploading (\S+)/gm)].map(([, file]) => file).at(-1)).toBe("thing-1.2.3.tar.gz");
});

test("if the index has one file with other content, nothing is published", async () => {
  const { project: first, packages } = packed();
  await uploadOnly(first, packages.at(-1)?.file ?? "");
  const { project } = packed("other = 1\n");
  await expect(publish(project)).rejects.toThrow(failed("VERSION_TAKEN", "raise the version"));
  await expect(publish(project)).rejects.toThrow(/thing-1\.2\.3\.tar\.gz: Local: sha256=[0-9a-f]{64}, Remote: sha256=[0-9a-f]{64}/);
  expect(await index.files()).toEqual(["thing-1.2.3.tar.gz"]);
});

test("a wrong token, and none, publish nothing; the right one then does", async () => {
  const { project, packages } = packed();
  for (const token of ["another", undefined]) {
    vi.stubEnv("UV_PUBLISH_TOKEN", token);
    await expect(publish(project)).rejects.toThrow(failed("PUBLISH_FAILED", "UV_PUBLISH_TOKEN"));
    expect(await index.files()).toEqual([]);
  }
  vi.stubEnv("UV_PUBLISH_TOKEN", TOKEN);
  await publish(project);
  expect(await index.files()).toHaveLength(packages.length);
});

test("no error and no log has the token", async () => {
  const { project } = packed();
  await index.end();
  const error: unknown = await publish(project).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "REGISTRY_FAILED" });
  expect(JSON.stringify((error as { details: object }).details)).not.toContain(TOKEN);
  index = await startIndex(folder, TOKEN, context.cache, { port: index.port });
});

test("an index that does not answer is not one without the files, and then the run goes on", async () => {
  const { project, packages } = packed();
  await index.end();
  await expect(publish(project)).rejects.toThrow(failed("REGISTRY_FAILED", "uv must reach the index"));
  index = await startIndex(folder, TOKEN, context.cache, { port: index.port });
  await publish(project);
  expect(await index.files()).toHaveLength(packages.length);
});

test("a file that has changed since it was packed, and no packed file", async () => {
  const { project, packages } = packed();
  appendFileSync(join(pythonPackagesFolder(project), packages[0]?.file ?? ""), " ");
  await expect(publish(project)).rejects.toThrow(failed("PACKAGE_CHANGED", "boardkit package"));
  await expect(publish(createPackable())).rejects.toThrow(failed("NOT_PACKED", "boardkit package"));
});

test("all registries are checked before one gets anything; --dry-run only checks", async () => {
  const { project, packages } = packed();
  const request = (registries: RegistryName[], dryRun: boolean) => ({
    cwd: project,
    targets: [],
    profile: "standard",
    builder: "auto" as const,
    searchPath: "",
    engines: {},
    npmOptions: ["--registry", "http://127.0.0.1:9/", "--fetch-retries", "0"],
    publish: { registries, dryRun, crates: { name: "crates-io", home: "/none" }, pypi: { upload: index.upload, index: index.index } },
  });
  // npm has nothing packed, although it is named last.
  await expect(publishAll(readProject(project), request(["pypi", "npm"], false), context)).rejects.toMatchObject({ code: "NOT_PACKED" });
  expect(await index.files()).toEqual([]);
  await publishAll(readProject(project), request(["pypi"], true), context);
  expect(await index.files()).toEqual([]);
  // Without a name: what is packed.
  await publishAll(readProject(project), request([], false), context);
  expect(await index.files()).toHaveLength(packages.length);
});

test("a trusted workflow publishes without a token of its own; one that PyPI does not know publishes nothing", async () => {
  const { project, packages } = packed();
  let isTrusted = false;
  const trusting = await startTrusting(index, TOKEN, folder, () => isTrusted);
  try {
    vi.stubEnv("UV_PUBLISH_TOKEN", undefined);
    for (const [name, value] of Object.entries(trusting.env)) vi.stubEnv(name, value);
    await expect(publish(project, trusting)).rejects.toThrow(failed("PUBLISH_FAILED", "trusted publisher"));
    expect(await index.files()).toEqual([]);
    trusting.calls.length = 0;
    isTrusted = true;
    await publish(project, trusting);
    expect(trusting.calls).toEqual(["GET /_/oidc/audience 200", "GET /github/token 200", "POST /_/oidc/mint-token 200"]);
    expect(await index.files()).toHaveLength(packages.length);
  } finally {
    await trusting.end();
  }
});

/** Uploads some files with uv itself, as a run that ends early does. */
async function uploadOnly(project: string, ...files: string[]) {
  const uv = provided(context.cache, getToolchain(context.registry, "uv"), "uv");
  const argv = [uv, "publish", "--no-config", "--no-cache", "--no-progress", "--color", "never", "--publish-url", index.upload, ...files];
  return runOrFail({ argv, cwd: pythonPackagesFolder(project) }, "PUBLISH_FAILED");
}
