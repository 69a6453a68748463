// The stage audit: checks the addon of each manifest against its target, and keeps the result in the manifest.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { hashValue } from "../../lib/hash.ts";
import { inPool } from "../../lib/pool.ts";
import { whileRunning } from "../../lib/reporter.ts";
import type { AuditResult, Manifest } from "../../model/report/manifest.ts";
import type { Context } from "../context.ts";
import { writeManifest } from "../manifest.ts";
import { need, type Stage, type TargetResult } from "../stage.ts";
import { checkArtifact } from "./check.ts";

export const audit = {
  name: "audit",
  tools: () => ({}),
  run: async (state, context) => {
    const folders = new Map(need(state, "plan").targets.map(({ target, dist }) => [target.triple, dist]));
    return { builds: await auditBuilds(need(state, "builds"), folders, context) };
  },
} as const satisfies Stage;

/** Audits the builds that succeeded; one that fails becomes an error of its target. */
async function auditBuilds(
  builds: TargetResult<Manifest>[],
  folders: Map<string, string>,
  context: Context,
): Promise<TargetResult<Manifest>[]> {
  const pool = { size: context.jobs, keepGoing: true, tally: (of: number) => context.reporter.tally(of, "targets") };
  const results = await inPool(builds, pool, async ({ target, output }) =>
    output ? auditBuild(output, folders.get(target) ?? "", context) : undefined,
  );
  context.signal.throwIfAborted();
  return builds.map((build, index) => {
    const result = results[index];
    if (result?.status === "rejected") return { target: build.target, error: result.reason };
    return result?.value ? { target: build.target, output: result.value } : build;
  });
}

/** Audits an addon unless neither it nor its environment has changed. An addon that fails is removed. */
async function auditBuild(manifest: Manifest, dist: string, { reporter, force }: Context): Promise<Manifest> {
  const { place, artifact, audit: previous } = manifest;
  if (previous && !force && hashValue(previous.place) === hashValue(place)) return manifest;
  const path = join(dist, artifact.file);
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  try {
    const { facts: elf, nodeApi, code, places } = await whileRunning(reporter, ["audit", place.name], () => checkArtifact(path, place));
    const result: AuditResult = { place, elf, nodeApi, ...(code ? { code } : {}), findings: places.flatMap(({ findings }) => findings) };
    reporter.done("audit", place.name, seconds(), `no error, ${result.findings.length} notes and warnings`);
    const audited = { ...manifest, audit: result };
    await writeManifest(dist, audited);
    return audited;
  } catch (error) {
    reporter.failed("audit", place.name, seconds());
    await rm(path, { force: true });
    throw error;
  }
}
