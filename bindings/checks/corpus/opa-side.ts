// OPA's results for a unit: its version, rejected files, tests, and samples (a rule and an input) with OPA's answers.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { hashValue } from "../../../scripts/lib/hash.ts";
import { readJsonFile, writeJsonFile } from "../../../scripts/lib/json-file.ts";
import { type Answer, answersOf } from "../opa/answers.ts";
import type { OpaError, Oracle, RegoVersion, Source } from "../opa/oracle.ts";
import type { SignedBundle } from "./bundle-keys.ts";
import type { Checkout } from "./checkout.ts";
import { withStandIns } from "./hosts.ts";
import { inputsReader } from "./inputs.ts";
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
/** A call of a host's builtin; Grid gets the same answer. */
export type Call = { name: string; args: unknown[]; value?: unknown };

/** OPA's results for a unit: `sources` are those that OPA accepts. */
export type OpaUnit = {
  repository: string;
  id: string;
  version: RegoVersion;
  sources: Source[];
  dropped: { file: string; error: string }[];
  /** Why OPA accepts no file of it. */
  refused?: string;
  data: unknown;
  sampleData: unknown;
  scan: ScannedFile[];
  tests: OpaTest[];
  samples: Sample[];
  calls: Call[];
  /** With `--bundles`: the sources and the data as `opa build` packs them, and the sources and the data of the samples. */
  bundle?: SignedBundle;
  sampleBundle?: SignedBundle;
};

/** A unit's version is the first of these in which OPA accepts all of its files. */
export const VERSIONS: RegoVersion[] = ["v1", "v0", "auto"];
const MAX_INPUT_BYTES = 200_000;
/** Grid runs at another time than OPA: an answer that depends on the clock is not a sample. */
const SHIFT_DAYS = 400;
/** The version of the cached format. */
const FORMAT = 3;

export type OpaSideOptions = { oracle: Oracle; program: string; cache: string; samples: number };

/** The sources of a unit, with stand-ins for the builtins of hosts. */
export async function readSources(unit: Pick<Unit, "files">, folder: string): Promise<Source[]> {
  const texts = unit.files.map(async (name) => ({ name, text: await readFile(join(folder, name), "utf8") }));
  return withStandIns(await Promise.all(texts));
}

/** OPA's results for a unit: the cache keeps them for the same sources and the same oracle. */
export async function askOpa(unit: Unit, checkout: Checkout, options: OpaSideOptions): Promise<OpaUnit> {
  const sources = await readSources(unit, checkout.folder);
  const key = hashValue([unit, sources, options.program, options.samples, VERSIONS, checkout.folder, FORMAT]);
  const path = join(options.cache, "corpus", "answers", `${key.slice(0, 24)}.json`);
  const cached = (await readJsonFile(path)) as CachedUnit | undefined;
  if (cached) return { ...cached, sources: sources.filter(({ name }) => cached.sources.includes(name)) };
  const answer = await runInOpa(unit, sources, checkout.folder, options);
  // Names only: a library may be in a thousand units.
  await writeJsonFile(path, { ...answer, sources: answer.sources.map(({ name }) => name) } satisfies CachedUnit);
  return answer;
}

type CachedUnit = Omit<OpaUnit, "sources"> & { sources: string[] };

type Tested = {
  version?: RegoVersion;
  dropped?: { file: string; error: string }[];
  results?: OpaTest[];
  samples?: { ref: string; inputs: unknown[] }[];
  calls?: Call[];
  errors?: OpaError[];
};

async function runInOpa(unit: Unit, all: Source[], folder: string, { oracle, samples: count }: OpaSideOptions): Promise<OpaUnit> {
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
  const extra = await inputsReader(unit)?.({ unit, folder, oracle, scan });
  const samples = [...(tested.samples ?? []), ...(extra?.samples ?? [])].toSorted((left, right) => (left.ref < right.ref ? -1 : 1));
  const sampleData = extra?.data ?? data;
  if (extra?.data !== undefined) await oracle.ask({ ...common, op: "load", sources: all, data: sampleData });
  const queries = samples.map(({ ref, inputs }) => ({ ref, inputs: inputs.map((input) => [input]) }));
  const answers = answersOf(await oracle.askText({ op: "eval", id, queries }));
  const again = answersOf(await oracle.askText({ op: "eval", id, queries, shiftDays: SHIFT_DAYS }));
  await oracle.ask({ op: "forget", id });
  return {
    repository: unit.repository,
    id: unit.id,
    version: tested.version ?? "v1",
    sources: tested.version === undefined ? [] : sources,
    dropped,
    ...(tested.version === undefined && { refused: tested.errors?.[0]?.text ?? tested.error ?? "no reason given" }),
    data,
    sampleData,
    scan,
    tests: tested.results ?? [],
    samples: samples.map((sample, index) => stable(sample, answers?.[index] ?? [], again?.[index] ?? [])),
    calls: tested.calls ?? [],
  };
}

/** A sample without the inputs whose answers depend on the clock or on chance. */
function stable({ ref, inputs }: Omit<Sample, "answers">, answers: Answer[], again: Answer[]): Sample {
  const equal = [...answers.keys()].filter((index) => isDeepStrictEqual(answers[index], again[index]));
  return { ref, inputs: equal.map((index) => inputs[index]), answers: equal.map((index) => answers[index] as Answer) };
}

async function readData(unit: Unit, folder: string, oracle: Oracle): Promise<unknown> {
  if (!unit.data) return {};
  const folders = unit.data.map((name) => join(folder, name));
  return (await oracle.ask<{ data?: unknown }>({ op: "data", folders, bundleData: unit.bundleData ?? false })).data ?? {};
}
