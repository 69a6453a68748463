// Compares builders: each builds the same source, and each file is audited and run with the same smoke script.
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { erratumFinderOf } from "../../audit/decode/decode.ts";
import { inspectElf } from "../../audit/elf/facts.ts";
import { BoardkitError, describeError } from "../../lib/errors.ts";
import type { BuilderName } from "../../model/builder.ts";
import type { Manifest } from "../../model/report/manifest.ts";
import { distFolder } from "../../model/names.ts";
import { readProject } from "../../model/project.ts";
import { audit } from "../audit/audit.ts";
import { build } from "../build/build.ts";
import type { Context } from "../context.ts";
import { plan } from "../plan/plan.ts";
import { runInOrder } from "../run.ts";
import { setUp } from "../set-up/set-up.ts";
import { smoke } from "../smoke/smoke.ts";
import type { Request, TargetResult } from "../stage.ts";

export type Compared = {
  target: string;
  builder: BuilderName;
  tools?: string;
  /** Why there is no file: the builder cannot build it, or its build or audit failed. */
  reason?: string;
  bytes?: number;
  sha256?: string;
  /** Highest version of glibc that the file needs. */
  glibc?: string;
  needed?: string[];
  /** Sequences of ARM's erratum 843419; absent if the architecture has none. */
  errata843419?: number;
  /** Seconds of the build step, when it last ran. */
  buildSeconds?: number;
  /** Seconds of all smoke runs. */
  smokeSeconds?: number;
  passed?: number;
  failed?: number;
};

/** One row per target and builder, and the builds or audits that failed. */
export type Comparison = { rows: Compared[]; failures: TargetResult<Manifest>[] };

/** Builds targets with builders in turn, each into a separate folder below dist/. */
export async function compareBuilders(request: Omit<Request, "builder">, builders: BuilderName[], context: Context): Promise<Comparison> {
  const rows: Compared[] = [];
  const failures: TargetResult<Manifest>[] = [];
  const unfit: unknown[] = [];
  const { folder } = readProject(request.cwd);
  for (const builder of builders) {
    const dist = join(distFolder(folder), ".compare", builder);
    const stages = [setUp, plan, build, audit, smoke];
    const state = await runInOrder(stages, { ...request, builder, dist }, { ...context, keepGoing: true }).catch((error: unknown) => {
      rows.push(...unfitRows(builder, error));
      unfit.push(error);
    });
    if (!state) continue;
    for (const { target, reason } of state.plan?.skipped ?? []) rows.push({ target, builder, reason });
    for (const { target, error } of state.builds?.filter(({ output }) => !output) ?? []) {
      rows.push({ target, builder, reason: reasonOf(error) });
      failures.push({ target: `${target} by ${builder}`, error });
    }
    for (const manifest of state.tested ?? []) rows.push(await rowOf(builder, manifest, join(dist, manifest.target.triple)));
  }
  // If no builder can build anything there is nothing to compare.
  if (unfit.length === builders.length) throw unfit[0];
  const order = (row: Compared) => `${row.target} ${builders.indexOf(row.builder)}`;
  return { rows: rows.toSorted((left, right) => (order(left) < order(right) ? -1 : 1)), failures };
}

/** The rows of a builder that can build none of the targets, from its error; any other error is thrown. */
export function unfitRows(builder: BuilderName, error: unknown): Compared[] {
  if (!(error instanceof BoardkitError) || error.code !== "BUILDER_UNFIT") throw error;
  return (error.details.place ?? "").split(", ").map((target) => ({ target, builder, reason: error.message }));
}

function reasonOf(error: unknown): string {
  return error instanceof BoardkitError ? error.message : describeError(error);
}

async function rowOf(
  builder: BuilderName,
  { target, artifact, audit: result, smoke: runs, steps, builder: { tools } }: Manifest,
  dist: string,
): Promise<Compared> {
  const sum = (key: "passed" | "failed" | "seconds") => runs.reduce((total, run) => total + run[key], 0);
  const errata = await countErrata(join(dist, artifact.file));
  return {
    target: target.triple,
    builder,
    tools,
    bytes: artifact.bytes,
    sha256: artifact.sha256,
    ...(result?.elf.glibc ? { glibc: result.elf.glibc } : {}),
    needed: result?.elf.needed ?? [],
    ...(errata === undefined ? {} : { errata843419: errata }),
    buildSeconds: steps.build?.seconds ?? 0,
    smokeSeconds: sum("seconds"),
    passed: sum("passed"),
    failed: runs.filter((run) => run.outcome === "failed").length,
  };
}

async function countErrata(path: string): Promise<number | undefined> {
  if (!existsSync(path)) return undefined;
  const elf = inspectElf(await readFile(path), path);
  const find = await erratumFinderOf(elf.facts.arch);
  return find?.(elf).length;
}
