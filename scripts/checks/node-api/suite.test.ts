import { expect, test } from "vitest";
import { readFlags, readTargets } from "./suite.ts";

test("a binding.gyp is read with comments, either quotes and trailing commas", () => {
  const text = `# a comment
  {
    'targets': [
      { 'target_name': 'one', 'sources': [ 'one.c', 'more.cc', ], 'defines': [ 'NAPI_EXPERIMENTAL' ] },
      # another
      { "target_name": "two", "sources": [ "two.c" ] },
    ]
  }`;
  expect(readTargets(text, "x/binding.gyp")).toEqual([
    { target_name: "one", sources: ["one.c", "more.cc"], defines: ["NAPI_EXPERIMENTAL"] },
    { target_name: "two", sources: ["two.c"], defines: [] },
  ]);
});

test("a binding.gyp without a list of targets is an error with its place", () => {
  expect(() => readTargets("{ 'variables': {} }", "x/binding.gyp")).toThrow("x/binding.gyp has no list of targets");
});

test("the flags of a test are in a comment", () => {
  expect(readFlags("'use strict';\n// Flags: --expose-gc  --no-opt\n")).toEqual(["--expose-gc", "--no-opt"]);
  expect(readFlags("'use strict';\n")).toEqual([]);
});
