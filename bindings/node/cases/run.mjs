// Runs the behaviour cases; ../../cases/README.md is their contract.
import { isDeepStrictEqual } from "node:util";
import { CACHE_METHODS } from "./cache.mjs";
import { expectAddonError, optionsNeedAddon, stepNeedsAddon } from "./fallback.mjs";
import { camel, camelKeys } from "./names.mjs";

/**
 * @typedef {{ Engine: any, Cache: any, features?: () => readonly string[], isFallback?: boolean }} Grid
 * @typedef {{ name: string, needs?: string[], options?: object, steps?: Step[], error?: ExpectedError }} Case
 * @typedef {Record<string, unknown>} Step
 * @typedef {{ code: string, message?: string, file?: string, line?: number, column?: number, kind?: string,
 *   option?: string, limit?: number }} ExpectedError
 * @typedef {{ kind: "engine" | "cache", file: string, cases: Case[] }} CaseFile
 * @typedef {{ file: string, name: string } & ({ ok: true } | { ok: false, error: Error } | { skipped: string })} CaseResult
 */

/** Methods of each kind: how a step's arguments become a call. */
const METHODS = {
  engine: {
    load_policy: (engine, args) => engine.loadPolicy(...args),
    remove_policy: (engine, args) => engine.removePolicy(...args),
    has_policy: (engine, args) => engine.hasPolicy(...args),
    loaded_policies: (engine, args) => engine.loadedPolicies(...args),
    clear_policies: (engine, args) => engine.clearPolicies(...args),
    load_bundle: (engine, [bytes, options]) => engine.loadBundle(bytes, bundleOptions(options)),
    remove_bundle: (engine, args) => engine.removeBundle(...args),
    loaded_bundles: (engine) => engine.loadedBundles(),
    set_data: (engine, args) => engine.setData(...args),
    merge_data: (engine, args) => engine.mergeData(...args),
    load_policies: (engine, args) => engine.loadPolicies(...args),
    revision: (engine) => engine.revision,
    patch_data: (engine, args) => engine.patchData(...args),
    get_data: (engine, args) => engine.getData(...args),
    check_query: (engine, [query]) => void engine.prepare(query),
    query: (engine, args) => engine.query(...args),
    test: (engine, [query, input, undefinedAs]) => engine.test(query, input ?? undefined, { undefined: undefinedAs }),
    evaluate: (engine, args) => engine.evaluate(...args),
    evaluate_json: (engine, args) => engine.evaluateJson(...args),
    validate: (engine, [sources]) =>
      engine.validate(sources).map(({ message: _message, opaCode: _opaCode, details: _details, ...fault }) => fault),
    trace: (engine, [query, input, options]) => traced(engine.trace(query, input ?? undefined, camelKeys(options))),
    run_tests: (engine, [options]) => tested(engine.runTests(options)),
    trace_all_json: (engine, args) => engine.traceAllJson(...args).value,
    explain: (engine, [query, mode]) =>
      engine.explain(query, undefined, { mode }).events.map(({ kind, file, line, text }) => [kind, file, line, text]),
    inspect: (engine) => engine.inspect(),
    format: (engine, args) => engine.format(...args),
    coverage: (engine, args) => covered(engine.coverage(...args)),
  },
  cache: CACHE_METHODS,
};

const CASE_KEYS = ["name", "needs", "options", "steps", "error"];
const EXPECTATIONS = new Set(["returns", "undefined", "error"]);
const ERROR_KEYS = ["code", "message", "file", "line", "column", "kind", "option", "limit"];

/**
 * Runs all cases of some files, in order.
 *
 * @param {Iterable<CaseFile>} files
 * @param {Grid} grid
 * @returns {AsyncGenerator<CaseResult>}
 */
export async function* runCases(files, grid) {
  for (const { kind, file, cases } of files) {
    for (const testCase of cases) {
      const { name } = testCase;
      const lacking = lackingFeatures(testCase, grid);
      if (lacking.length > 0) {
        yield { file, name, skipped: `this build lacks ${lacking.join(" and ")}` };
        continue;
      }
      try {
        await runCase(kind, testCase, grid);
        yield { file, name, ok: true };
      } catch (error) {
        yield { file, name, ok: false, error };
      }
    }
  }
}

/**
 * The features that a case needs and the build does not have.
 *
 * @param {Case} testCase
 * @param {Grid} grid
 */
function lackingFeatures({ needs = [] }, { features }) {
  const there = new Set(needs.length > 0 ? features?.() : []);
  return needs.filter((name) => !there.has(name));
}

/**
 * Runs one case; throws at its first step whose outcome differs from the case. With `isFallback` the case ends at the first call that
 * needs the addon, which must throw an AddonError.
 *
 * @param {"engine" | "cache"} kind
 * @param {Case} testCase
 * @param {Grid} grid
 */
export async function runCase(kind, testCase, grid) {
  onlyKeys(testCase, CASE_KEYS);
  const Class = kind === "engine" ? grid.Engine : grid.Cache;
  const make = () => new Class(camelKeys(expand(testCase.options)));
  if (grid.isFallback && optionsNeedAddon(testCase.options)) {
    expectAddonError(await outcome(make));
    return;
  }
  if (testCase.error) {
    if (testCase.steps) throw new Error("a case with `error` has no steps");
    expect(await outcome(make), { error: testCase.error });
    return;
  }
  if (!testCase.steps?.length) throw new Error("a case has steps or `error`");
  const subjects = new Map([[undefined, make()]]);
  for (const [index, step] of testCase.steps.entries()) {
    try {
      if (await runStep(kind, step, subjects, grid)) return;
    } catch (error) {
      throw new Error(`step ${index + 1}, ${show(step)}: ${error.message}`, { cause: error });
    }
  }
}

/** Runs one step on its subject and checks the outcome; returns whether the case ends here. */
async function runStep(kind, step, subjects, grid) {
  const { on, ...rest } = step;
  const methods = Object.keys(rest).filter((key) => !EXPECTATIONS.has(key));
  if (methods.length !== 1) throw new Error(`a step has one method, not ${methods.length}`);
  if (Object.keys(rest).length > 2) throw new Error("a step has at most one expectation");
  const [method] = methods;
  const args = expand(rest[method]);
  if (!Array.isArray(args)) throw new Error("arguments are a list");
  if (!subjects.has(on)) throw new Error(`no handle ${on}`);
  if (!Object.hasOwn(METHODS[kind], method)) throw new Error(`the ${kind} has no method ${method}`);
  const call = METHODS[kind][method];
  const actual = await outcome(() => call(subjects.get(on), args, subjects, grid));
  if (grid.isFallback && stepNeedsAddon(method, args)) {
    expectAddonError(actual);
    // A step that fails with the addon too leaves the cache as it is, so the next steps hold.
    return !("error" in rest);
  }
  expect(actual, rest);
  return false;
}

/** A trace in the form of the cases. */
function traced({ value, prints, metrics }) {
  return { ...(value !== undefined && { value }), prints, decision_cache: metrics.decisionCache };
}

/** A report of tests in the form of the cases. */
function tested({ results, coverage, ...totals }) {
  const tests = results.map(({ package: path, name, file, line, code, cases, prints, ...test }) => ({
    test: `${path}.${name}`,
    file,
    line,
    outcome: test.outcome,
    ...(code && { code }),
    ...(cases && { cases: Object.fromEntries(cases.map((one) => [one.path.join("/"), one.outcome])) }),
    ...(prints.length > 0 && { prints: prints.map(({ text }) => text) }),
  }));
  return { ...totals, tests, ...(coverage && { coverage: covered(coverage) }) };
}

/** Coverage in the form of the cases. */
function covered({ files }) {
  const lines = (ranges) => ranges.map(({ start, end }) => [start, end]);
  return Object.fromEntries(files.map((file) => [file.file, { covered: lines(file.covered), not_covered: lines(file.notCovered) }]));
}

/** The value or the error of a call. */
async function outcome(call) {
  try {
    return { value: await call() };
  } catch (error) {
    return { error };
  }
}

/** Compares an outcome with the expectation of a step. */
function expect(actual, expected) {
  if ("error" in expected) {
    if (!("error" in actual)) throw new Error(`returned ${show(actual.value)}, expected an error`);
    expectError(actual.error, expand(expected.error));
    return;
  }
  if ("error" in actual) throw actual.error;
  if ("undefined" in expected) {
    if (expected.undefined !== true) throw new Error("`undefined` is always true");
    if (actual.value !== undefined) {
      throw new Error(`returned ${show(actual.value)}, expected undefined`);
    }
  } else if ("returns" in expected) {
    const value = expand(expected.returns);
    if (!isDeepStrictEqual(plain(actual.value), value)) {
      throw new Error(`returned ${show(actual.value)}, expected ${show(value)}`);
    }
  }
}

/** Compares an error with the keys that a case gives. */
function expectError(actual, expected) {
  onlyKeys(expected, ERROR_KEYS);
  if (!expected.code) throw new Error("an expected error has a code");
  for (const [key, value] of Object.entries(expected)) {
    const same = key === "message" ? names(actual.message, value) : actual[key] === (key === "option" ? camel(value) : value);
    if (same) continue;
    const { code, message } = actual;
    throw new Error(`expected an error with ${key} ${show(value)}, got ${show(actual[key])} (${code}: ${message})`, { cause: actual });
  }
}

/** Whether a message has a part, with options and methods in snake_case or camelCase. */
function names(message, part) {
  return message.includes(part) || message.includes(camel(part));
}

/** Fails for an unknown key. */
function onlyKeys(object, known) {
  for (const key of Object.keys(object)) {
    if (!known.includes(key)) throw new Error(`unknown key ${key}`);
  }
}

/** Replaces the forms for values that YAML does not have: $repeat, $base64, $number. Integers are BigInt. */
function expand(value) {
  if (typeof value === "bigint") return exactNumber(value);
  if (Array.isArray(value)) return value.map(expand);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  if (entries.length === 1 && Object.hasOwn(FORMS, entries[0][0])) {
    const [[form, argument]] = entries;
    return FORMS[form](argument);
  }
  return Object.fromEntries(entries.map(([key, member]) => [key, expand(member)]));
}

/** The number of an integer. An integer that exceeds a double is refused: Rust would run another case. */
function exactNumber(integer) {
  if (BigInt(Number(integer)) === integer) return Number(integer);
  throw new Error(`no JavaScript number is ${integer}: write it in the text of evaluate_json`);
}

const FORMS = {
  $repeat: ([text, times]) => text.repeat(Number(times)),
  $base64: (text) => new Uint8Array(Buffer.from(text, "base64")),
  $number: (name) => Number(name),
};

/** A value for comparison: bytes as Uint8Array, and null for undefined in a list. */
function plain(value) {
  if (value instanceof Uint8Array) return new Uint8Array(value);
  return Array.isArray(value) ? value.map((item) => plain(item) ?? null) : value;
}

/** Options of a bundle with camelCase names, also in the verification. */
function bundleOptions(options) {
  return options?.verification ? { ...options, verification: camelKeys(options.verification) } : options;
}

/** A value for a message, cut where long. */
function show(value) {
  if (value instanceof Uint8Array) return `bytes ${[...value]}`.slice(0, 300);
  const plainText = (_, member) => (typeof member === "bigint" ? Number(member) : member);
  return String(JSON.stringify(value, plainText)).slice(0, 300);
}
