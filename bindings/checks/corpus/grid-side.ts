// Grid's results for a unit, compared with OPA's: the files that load, the tests and samples that agree.
import type { Answer } from "../opa/answers.ts";
import { gridAnswer, type Verdict, verdictOf } from "../opa/answers.ts";
import { type Grid, type GridEngine, type GridError, type GridFault, type GridOptions, plainMessage } from "../opa/grid.ts";
import { type BundleKey, type SignedBundle, verifiedBy } from "./bundle-keys.ts";
import { closuresOf } from "./closures.ts";
import { STAND_IN } from "./hosts.ts";
import type { Call, OpaTest, OpaUnit } from "./opa-side.ts";
import { canonical } from "../opa/canonical.ts";

/** Why a file does not load: its own error, or that of a file that it needs. */
type Blame = { file: string; code: string; message: string; line?: number };
export type LoadedFile = { file: string; end: "loads" | "fails"; blame?: Blame };

type TestVerdict = "agrees" | "wrong" | "error";
export type JudgedTest = { file: string; row: number; name: string; verdict: TestVerdict; opa: string; grid: string };
export type JudgedSample = { ref: string; index: number; verdict: Verdict | "unloaded"; opa: Answer; grid?: Answer };
export type GridUnit = {
  files: LoadedFile[];
  /** The error by the default limits. */
  byDefault?: string;
  /** A bundle loads with a key that has not signed it. */
  unverified?: true;
  tests: JudgedTest[];
  samples: JudgedSample[];
};

/** Generous limits: an answer is needed to compare. */
const LIMITS = {
  maxLoadMs: 120_000,
  maxLoadMemoryBytes: 4_000_000_000,
  maxEvaluationMs: 20_000,
  maxEvaluationMemoryBytes: 1_000_000_000,
  maxDataBytes: 100_000_000,
  maxInputBytes: 16_000_000,
  maxNesting: 32,
  maxPolicyBytes: 8_000_000,
  maxBundleBytes: 100_000_000,
  maxBundleUnpackedBytes: 400_000_000,
  maxBundleEntries: 100_000,
};
/** The most rounds of leaving out files that do not load. */
const ROUNDS = 30;

type Loaded = { names: string[]; own: Map<string, Blame>; engine: GridEngine | undefined };

/** Loads a unit, and runs all of its tests and samples. */
export function judgeUnit(unit: OpaUnit, { Engine }: Grid): GridUnit {
  const options = { regoVersion: unit.version, ...replayed(unit.calls) };
  const make = (more: GridOptions) => new Engine({ ...more, ...options });
  const closure = closuresOf(unit.sources, unit.scan);
  const loaded = load(unit, () => make(LIMITS), closure);
  const files = unit.sources
    .filter(({ name }) => !name.startsWith(STAND_IN))
    .map(({ name }): LoadedFile => {
      if (loaded.names.includes(name)) return { file: name, end: "loads" };
      const [blame] = [...closure(name)].flatMap((needed) => loaded.own.get(needed) ?? []);
      return { file: name, end: "fails", ...(blame && { blame }) };
    });
  const ends = new Map(files.map((file) => [file.file, file]));
  const byDefault = thrownBy(() => fill(make({}), unit, loaded.names));
  const { bundle } = unit;
  const refused = bundle && thrownBy(() => withBundle(make(LIMITS), bundle, bundle.otherKey));
  return {
    files,
    ...(byDefault?.startsWith("GRID_LIMIT") && { byDefault }),
    ...(bundle && refused === undefined && { unverified: true }),
    tests: judgeTests(unit, loaded, ends),
    samples: judgeSamples(unit, loaded, ends),
  };
}

/** Loads the bundle of a unit, or its data and these sources. */
function fill(engine: GridEngine, unit: OpaUnit, names: string[]): GridEngine {
  if (unit.bundle) return withBundle(engine, unit.bundle, unit.bundle.key);
  engine.setData(unit.data as object);
  engine.loadPolicies(sourcesOf(unit, names));
  return engine;
}

function withBundle(engine: GridEngine, { bytes }: SignedBundle, key: BundleKey): GridEngine {
  engine.loadBundle(Buffer.from(bytes, "base64"), verifiedBy(key));
  return engine;
}

/** Loads all files, without those that do not load and those that need them. */
function load(unit: OpaUnit, make: () => GridEngine, closure: (name: string) => Set<string>): Loaded {
  let names = unit.sources.map(({ name }) => name);
  const own = new Map<string, Blame>();
  for (let round = 0; round < ROUNDS && names.length > 0; round += 1) {
    try {
      return { names, own, engine: fill(make(), unit, names) };
    } catch (error) {
      const before = own.size;
      for (const blame of blamesOf(error as GridError, make, sourcesOf(unit, names))) if (!own.has(blame.file)) own.set(blame.file, blame);
      if (own.size === before || unit.bundle) {
        // An error without a file belongs to all files, and a bundle is loaded whole.
        for (const name of names) own.set(name, { file: name, code: String((error as GridError).code), message: (error as Error).message });
        return { names: [], own, engine: undefined };
      }
      names = names.filter((name) => [...closure(name)].every((needed) => !own.has(needed)));
    }
  }
  return { names: [], own, engine: undefined };
}

function blamesOf(error: GridError, make: () => GridEngine, sources: Record<string, string>): Blame[] {
  const errors: (GridFault | GridError)[] = [error];
  try {
    errors.push(...make().validate(sources));
  } catch {
    // The error of loading is enough.
  }
  return errors.flatMap(({ file, code, message, line }) =>
    file !== undefined && file in sources ? [{ file, code: String(code), message, ...(line !== undefined && { line }) }] : [],
  );
}

function sourcesOf({ sources }: OpaUnit, names: string[]): Record<string, string> {
  const chosen = new Set(names);
  return Object.fromEntries(sources.filter(({ name }) => chosen.has(name)).map(({ name, text }) => [name, text]));
}

/** A host's builtins with the answers that they gave to OPA. */
function replayed(calls: Call[]): { builtins?: Record<string, unknown> } {
  if (calls.length === 0) return {};
  const key = (name: string, args: unknown[]) => `${name} ${canonical(JSON.stringify(args))}`;
  const answers = new Map(calls.map(({ name, args, value }) => [key(name, args), value]));
  const counts = new Map(calls.map(({ name, args }) => [name, args.length]));
  const entries = [...counts].map(([name, args]) => [
    name,
    { args, pure: true, fn: (...values: unknown[]) => answers.get(key(name, values)) },
  ]);
  return { builtins: Object.fromEntries(entries) as Record<string, unknown> };
}

function thrownBy(call: () => void): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    const { code, message } = error as GridError;
    return `${code}: ${message}`;
  }
}

function judgeTests(unit: OpaUnit, { engine }: Loaded, ends: Map<string, LoadedFile>): JudgedTest[] {
  const results = new Map<string, { outcome: string; text: string; cases: string }>();
  const thrown = thrownBy(() => {
    for (const { file, line, outcome, message, opaCode, code, cases } of engine?.runTests().results ?? [])
      // By line: the order in which OPA numbers clauses of one name over files is not defined.
      results.set(`${file}:${line}`, {
        outcome,
        text: message === undefined ? outcome : `${outcome} ${opaCode ?? code}: ${message}`,
        cases: (cases ?? [])
          .map((one) => `${JSON.stringify(one.path)} ${one.outcome}`)
          .toSorted()
          .join("\n"),
      });
  });
  return unit.tests.map((test) => {
    const { file, row, name, outcome } = test;
    const base = { file, row, name, opa: [outcome, test.errors?.[0]?.text].filter(Boolean).join(" ") };
    const end = ends.get(file);
    const found = results.get(`${file}:${row}`);
    if (!found) return { ...base, verdict: "error", grid: end?.end === "fails" ? describeBlame(end) : (thrown ?? "no such test") };
    if (found.outcome === outcome) {
      const cases = casesOf(test);
      if (cases === found.cases || cases === "" || found.cases === "") return { ...base, verdict: "agrees", grid: outcome };
      return { ...base, verdict: "wrong", grid: `other cases: ${found.cases}`, opa: `cases: ${cases}` };
    }
    return { ...base, verdict: found.outcome === "error" ? "error" : "wrong", grid: found.text };
  });
}

/** The cases of a test as sorted lines; a case is a path of keys. */
function casesOf({ cases }: OpaTest): string {
  const leaves = (list: NonNullable<OpaTest["cases"]>, path: string[]): string[] =>
    Object.entries(list).flatMap(([key, { fail = false, sub_results: below }]) =>
      below ? leaves(below, [...path, key]) : [`${JSON.stringify([...path, key])} ${fail ? "fail" : "pass"}`],
    );
  return leaves(cases ?? {}, [])
    .toSorted()
    .join("\n");
}

function describeBlame({ blame }: LoadedFile): string {
  return blame ? `does not load: ${blame.file}:${blame.line ?? "?"}: ${blame.code}: ${plainMessage(blame)}` : "does not load";
}

function judgeSamples(unit: OpaUnit, { engine }: Loaded, ends: Map<string, LoadedFile>): JudgedSample[] {
  if (unit.samples.length === 0) return [];
  const homes = new Map<string, Set<string>>();
  for (const { name, rules = [] } of unit.scan)
    for (const { ref } of rules)
      for (const key of [ref, ref.replace(/\[[^"\]].*$/, "")]) homes.set(key, (homes.get(key) ?? new Set()).add(name));
  // A bundle takes the place of the one before.
  if (engine && unit.sampleBundle) withBundle(engine, unit.sampleBundle, unit.sampleBundle.key);
  else engine?.setData(unit.sampleData as object);
  return unit.samples.flatMap(({ ref, inputs, answers }) =>
    inputs.map((input, index): JudgedSample => {
      const opa = answers[index] ?? { error: "oracle", message: "no answer" };
      const home = [...(homes.get(ref) ?? [])].map((name) => ends.get(name)).find((end) => end && end.end !== "loads");
      if (home || !engine)
        return {
          ref,
          index,
          verdict: "unloaded",
          opa,
          ...(home && { grid: { error: "load", message: describeBlame(home) } }),
        };
      const grid = gridAnswer(() => engine.evaluateJson(ref, JSON.stringify(input)));
      return { ref, index, verdict: verdictOf(grid, opa), opa, grid };
    }),
  );
}
