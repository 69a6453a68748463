// dist/<target> -> its part of the report. Whatever is missing or broken becomes a problem of the target, never an error of the report.
import { existsSync } from "node:fs";
import { join, relative } from "node:path";
import { z } from "zod";
import { BoardkitError } from "../../lib/errors.ts";
import { readRecord } from "../../lib/json-file.ts";
import { distReport, type BuildReport, type DistReport, type Problem, type TargetReport } from "../../model/report/dist-report.ts";
import { readKept } from "../board/kept.ts";
import { manifestFile } from "../manifest.ts";
import { originsOf } from "./origins.ts";

/** The problem of a target without a manifest. */
export const NOT_BUILT = "not built";

type WheelRow = DistReport["wheels"][number];
/** The target, its boards, and its wheel. */
export type ReadTarget = { target: TargetReport; boards: DistReport["boards"]; wheel?: WheelRow };

const { shape: parts } = distReport.shape.targets.element.shape.build.unwrap();
const { findings, sections } = parts.audit.unwrap().shape;

const sizePart = z.object({ kind: z.enum(["crate", "library", "section", "others"]), name: z.string(), bytes: z.number() });

/** The fields of a manifest that the report shows; other stages use the type in model/report. */
const shownManifest = z.object({
  schema: z.literal(3),
  cpu: parts.cpu,
  place: z.object({ sizeBudget: z.number().optional() }),
  project: z.object({ version: z.string(), commit: z.string().optional() }),
  profile: z.string(),
  builder: z.object({ name: z.string(), linker: z.string(), tools: z.string(), rustc: z.string() }),
  artifact: z.object({ file: z.string(), bytes: z.number(), sha256: z.string() }),
  crates: z.array(z.object({ name: z.string(), source: z.string().nullable(), linked: z.boolean() })),
  steps: z.record(z.string(), z.object({ seconds: z.number(), sizes: z.array(sizePart).optional() })),
  audit: z
    .object({
      elf: z.object({ glibc: z.string().optional(), needed: z.array(z.string()), sections }),
      nodeApi: z.object({ version: z.number().optional() }),
      findings,
    })
    .optional(),
  smoke: parts.runs,
});

const shownWheel = z.object({
  schema: z.literal(1),
  wheel: z.object({ file: z.string(), bytes: z.number() }),
  step: z.object({ seconds: z.number() }),
  audit: z.object({ glibc: z.string().optional(), findings }),
  run: z.union([z.object({ cpu: z.string(), python: z.string() }), z.object({ skipped: z.string() })]),
});

/** Reads the folder of a target. */
export async function readTarget(triple: string, dist: string): Promise<ReadTarget> {
  const problems: Problem[] = [];
  const build = `run: boardkit build --target ${triple}`;
  const manifest = await readOr(problems, dist, () => readRecord(manifestFile(dist), shownManifest, build));
  const isAbsent = !manifest && problems.length === 0;
  if (manifest) problems.push(...missingOf(manifest, triple, dist));
  const { results, errors } = await readKept(dist);
  problems.push(...errors.map((error) => problemOf(error, dist)));
  const boards = results.map(({ result, profile, addon }) => ({
    ...result,
    ...(profile === undefined ? {} : { profile }),
    stale: manifest !== undefined && addon !== manifest.artifact.sha256,
  }));
  const wheel = await readOr(problems, dist, () => readRecord(join(dist, "wheel.json"), shownWheel, "run: boardkit build --python"));
  return {
    target: {
      triple,
      ...(manifest ? { build: buildOf(manifest) } : {}),
      problems: isAbsent ? [{ text: NOT_BUILT, fix: build }, ...problems] : problems,
    },
    boards,
    ...(wheel ? { wheel: wheelOf(triple, wheel) } : {}),
  };
}

function missingOf({ artifact, audit, smoke }: z.infer<typeof shownManifest>, triple: string, dist: string): Problem[] {
  const build = `run: boardkit build --target ${triple}`;
  return [
    ...(existsSync(join(dist, artifact.file)) ? [] : [{ text: `${artifact.file} is missing`, fix: build }]),
    ...(audit ? [] : [{ text: "its audit has not passed", fix: `${build}; it prints the findings` }]),
    ...(smoke.length > 0 ? [] : [{ text: "it has not been run", fix: `run: boardkit smoke --target ${triple}` }]),
  ];
}

function buildOf({
  cpu,
  place,
  project,
  profile,
  builder,
  artifact,
  crates,
  steps,
  audit,
  smoke,
}: z.infer<typeof shownManifest>): BuildReport {
  const linked = crates.filter((crate) => crate.linked);
  const needs = audit?.elf.glibc ? `glibc ${audit.elf.glibc}` : audit?.elf.needed.join(" ") || "no library";
  return {
    ...project,
    profile,
    builder: `${builder.name}: ${builder.tools}, ${builder.rustc}`,
    cpu,
    ...artifact,
    ...(place.sizeBudget === undefined ? {} : { budget: place.sizeBudget }),
    ...(steps.build ? { seconds: steps.build.seconds } : {}),
    crates: linked.length,
    ...originsOf({ sizes: steps.build?.sizes, linker: builder.linker, crates: linked }),
    ...(audit ? { audit: { needs, ...nodeApiOf(audit.nodeApi.version), findings: audit.findings, sections: audit.elf.sections } } : {}),
    runs: smoke,
  };
}

const nodeApiOf = (version: number | undefined) => (version === undefined ? {} : { nodeApi: version });

function wheelOf(target: string, { wheel, step, audit, run }: z.infer<typeof shownWheel>): WheelRow {
  return {
    target,
    ...wheel,
    seconds: step.seconds,
    needs: audit.glibc === undefined ? "-" : `glibc ${audit.glibc}`,
    findings: audit.findings,
    run: "skipped" in run ? `skipped: ${run.skipped}` : `Python ${run.python} on ${run.cpu}`,
  };
}

/** The result of `read`; undefined if it fails on bad data, which is then one of the problems. */
async function readOr<T>(problems: Problem[], dist: string, read: () => Promise<T | undefined>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof BoardkitError)) throw error;
    problems.push(problemOf(error, dist));
    return undefined;
  }
}

/** The problem of an error. A page that others read names no folder of this machine. */
function problemOf({ message, details }: BoardkitError, dist: string): Problem {
  const place = details.place && relative(dist, details.place);
  return { text: place ? `${place}: ${message}` : message, fix: details.fix ?? "" };
}
