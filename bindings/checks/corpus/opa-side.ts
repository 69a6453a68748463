// What OPA says of a unit: its version, what it refuses, its tests, and samples (a rule and an input) with OPA's answers.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { hashValue } from "../../../scripts/lib/hash.ts";
import { readJsonFile, writeJsonFile } from "../../../scripts/lib/json-file.ts";
import { type Answer, answersOf } from "../opa/answers.ts";
import type { OpaError, Oracle, RegoVersion, Source } from "../opa/oracle.ts";
import type { Checkout } from "./checkout.ts";
import { withStandIns } from "./hosts.ts";
import { givenInputs } from "./inputs.ts";
import type { ScannedFile } from "./scan.ts";
import type { Unit } from "./units.ts";

export type OpaTest = {
  package: string;
  name: string;
  outcome: "pass" | "fail" | "error" | "skip";
  file: string;
  row: number;
  cases?: Record<string, SubResult>;
  errors?: OpaError[];
};
type SubResult = { name: string; fail?: boolean; sub_results?: Record<string, SubResult> };

type Sample = { ref: string; inputs: unknown[]; answers: Answer[] };
/** A call of a builtin of a host, which Grid is given the same answers for. */
export type Call = { name: string; args: unknown[]; value?: unknown };

/** A unit as OPA has it: `sources` are those that it takes. */
export type OpaUnit = {
  repository: string;
  id: string;
  version: RegoVersion;
  sources: Source[];
  dropped: { file: string; error: string }[];
  /** Why OPA takes none of it. */
  refused?: string;
  data: unknown;
  sampleData: unknown;
  scan: ScannedFile[];
  tests: OpaTest[];
  samples: Sample[];
  calls: Call[];
};

/** Tried in this order; the first that OPA takes all of a unit in is that of the unit. */
export const VERSIONS: RegoVersion[] = ["v1", "v0", "auto"];
const MAX_INPUT_BYTES = 200_000;
/** Grid is asked at another time than OPA: what a clock decides is no sample. */
const SHIFT_DAYS = 400;
/** Of what is kept in the cache. */
const FORMAT = 3;

export type OpaSideOptions = { oracle: Oracle; program: string; cache: string; samples: number };

/** The sources of a unit, with stand-ins for the builtins of hosts. */
export async function readSources(unit: Pick<Unit, "files">, folder: string): Promise<Source[]> {
  const texts = unit.files.map(async (name) => ({ name, text: await readFile(join(folder, name), "utf8") }));
  return withStandIns(await Promise.all(texts));
}

/** What OPA says of a unit: asked once, and kept in the cache for the same sources and the same oracle. */
export async function askOpa(unit: Unit, checkout: Checkout, options: OpaSideOptions): Promise<OpaUnit> {
  const sources = await readSources(unit, checkout.folder);
  const key = hashValue([unit, sources, options.program, options.samples, VERSIONS, checkout.folder, FORMAT]);
  const path = join(options.cache, "corpus", "answers", `${key.slice(0, 24)}.json`);
  const kept = (await readJsonFile(path)) as Kept | undefined;
  if (kept) return { ...kept, sources: sources.filter(({ name }) => kept.sources.includes(name)) };
  const answer = await askAnew(unit, sources, checkout.folder, options);
  // A library that lies in a thousand units need not lie in the cache so often.
  await writeJsonFile(path, { ...answer, sources: answer.sources.map(({ name }) => name) } satisfies Kept);
  return answer;
}

type Kept = Omit<OpaUnit, "sources"> & { sources: string[] };

type Tested = {
  version?: RegoVersion;
  dropped?: { file: string; error: string }[];
  results?: OpaTest[];
  samples?: { ref: string; inputs: unknown[] }[];
  calls?: Call[];
  errors?: OpaError[];
};

async function askAnew(unit: Unit, all: Source[], folder: string, { oracle, samples: count }: OpaSideOptions): Promise<OpaUnit> {
  const id = `${unit.repository}/${unit.id}`;
  const data = await readData(unit, folder, oracle);
  const common = { id, versions: VERSIONS, drop: true };
  const tested = await oracle.ask<Tested>({
    ...common,
    op: "test",
    sources: all,
    data,
    samples: count,
    maxInputBytes: MAX_INPUT_BYTES,
  });
  const dropped = tested.dropped ?? [];
  const gone = new Set(dropped.map(({ file }) => file));
  const sources = all.filter(({ name }) => !gone.has(name));
  const { files: scan = [] } = await oracle.ask<{ files?: ScannedFile[] }>({ op: "scan", sources });
  const given = await givenInputs(unit)?.({ unit, folder, oracle, scan });
  const asked = [...(tested.samples ?? []), ...(given?.samples ?? [])].toSorted((left, right) => (left.ref < right.ref ? -1 : 1));
  const sampleData = given?.data ?? data;
  if (given?.data !== undefined) await oracle.ask({ ...common, op: "load", sources: all, data: sampleData });
  const queries = asked.map(({ ref, inputs }) => ({ ref, inputs: inputs.map((input) => [input]) }));
  const answers = answersOf(await oracle.askText({ op: "eval", id, queries }));
  const again = answersOf(await oracle.askText({ op: "eval", id, queries, shiftDays: SHIFT_DAYS }));
  await oracle.ask({ op: "forget", id });
  return {
    repository: unit.repository,
    id: unit.id,
    version: tested.version ?? "v1",
    sources: tested.version === undefined ? [] : sources,
    dropped,
    ...(tested.version === undefined && { refused: tested.errors?.[0]?.text ?? tested.error ?? "no reason told" }),
    data,
    sampleData,
    scan,
    tests: tested.results ?? [],
    samples: asked.map((sample, index) => stable(sample, answers?.[index] ?? [], again?.[index] ?? [])),
    calls: tested.calls ?? [],
  };
}

/** A sample without the inputs for which OPA says something else each time, by the clock or by chance. */
function stable({ ref, inputs }: Omit<Sample, "answers">, answers: Answer[], again: Answer[]): Sample {
  const kept = [...answers.keys()].filter((index) => isDeepStrictEqual(answers[index], again[index]));
  return { ref, inputs: kept.map((index) => inputs[index]), answers: kept.map((index) => answers[index] as Answer) };
}

async function readData(unit: Unit, folder: string, oracle: Oracle): Promise<unknown> {
  if (!unit.data) return {};
  const folders = unit.data.map((name) => join(folder, name));
  return (await oracle.ask<{ data?: unknown }>({ op: "data", folders, bundleData: unit.bundleData ?? false })).data ?? {};
}
