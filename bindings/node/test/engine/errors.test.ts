import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { gridError, nativeCall } from "../../ts/addon-errors.ts";
import { ArgumentError, CompileError, EvaluationError, GridError, InputError, InternalError, LimitError } from "../../ts/index.ts";

/** An error as the addon throws it. */
function nativeError(members: object): Error {
  return Object.assign(new Error("the text"), members);
}

test.each([
  ["GRID_COMPILE", CompileError],
  ["GRID_INPUT", InputError],
  ["GRID_EVALUATION", EvaluationError],
  ["GRID_LIMIT", LimitError],
  ["GRID_ARGUMENT", ArgumentError],
  ["GRID_INTERNAL", InternalError],
])("%s of the addon becomes its class", (code, Class) => {
  const error = gridError(nativeError({ code }));
  expect(error).toBeInstanceOf(Class);
  expect(error).toBeInstanceOf(GridError);
  expect({ ...error }).toEqual({ code });
  expect(String(error)).toBe(`${Class.name}: the text`);
});

test("the error has the known parts of the place", () => {
  const place = { file: "a.rego", line: 2, column: 7 };
  expect(gridError(nativeError({ code: "GRID_COMPILE", ...place }))).toMatchObject(place);
  expect({ ...gridError(nativeError({ code: "GRID_INPUT", line: 2 })) }).toEqual({
    code: "GRID_INPUT",
    line: 2,
  });
});

test("a limit comes with its kind, its option as it is spelled here, and its value", () => {
  const members = { code: "GRID_LIMIT", kind: "time", option: "max_evaluation_ms", limit: 1000 };
  expect({ ...gridError(nativeError(members)) }).toEqual({ ...members, option: "maxEvaluationMs" });
  const fixed = { code: "GRID_LIMIT", kind: "nesting", limit: 127 };
  expect({ ...gridError(nativeError(fixed)) }).toEqual(fixed);
});

test("texts of the crate name options as they are spelled here", () => {
  const error = (code: string) => gridError(Object.assign(new Error("raise max_nesting, or set_data my_data"), { code })).message;
  expect(error("GRID_LIMIT")).toBe("raise maxNesting, or setData my_data");
  // May quote a policy.
  expect(error("GRID_COMPILE")).toBe("raise max_nesting, or set_data my_data");
});

describe("what napi-rs throws itself", () => {
  test("a caught panic is an InternalError that asks for a report", () => {
    const cause = nativeError({ code: "GenericFailure" });
    const error = gridError(cause);
    expect(error).toBeInstanceOf(InternalError);
    expect(error.message).toMatch(/the text.*report/);
    expect(error.cause).toBe(cause);
  });

  test.each(["InvalidArg", "StringExpected", "NumberExpected"])("%s is an ArgumentError", (code) => {
    expect(gridError(nativeError({ code }))).toBeInstanceOf(ArgumentError);
  });
});

test("a GridError passes through as it is", () => {
  const error = new LimitError("x");
  const call = () =>
    nativeCall(() => {
      throw error;
    });
  expect(call).toThrow(error);
});

test("every function of the addon turns a panic into an error", () => {
  const folder = new URL("../../src/", import.meta.url);
  const sources = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".rs"));
  const functions = sources.flatMap((file) => {
    const source = readFileSync(new URL(file, folder), "utf8");
    return [...source.matchAll(/#\[napi(?:\((.*)\))?\]\s+pub fn (\w+)/g)].map(([, attributes, name]) => ({
      name: `${file} ${name}`,
      caught: attributes?.includes("catch_unwind"),
    }));
  });
  expect(functions.length).toBeGreaterThan(15);
  expect(functions.filter(({ caught }) => !caught)).toEqual([]);
});
