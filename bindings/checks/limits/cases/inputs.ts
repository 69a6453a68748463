// Hostile inputs and data.
import { type Cases, MEBIBYTE, rules } from "./case.ts";

export const inputs: Cases = {
  "too deep": { evaluate: "is_array(input)", inputText: "[".repeat(500_000) },
  "too long": { evaluate: "is_string(input)", inputText: JSON.stringify("a".repeat(MEBIBYTE)) },
  wide: { evaluate: "count(input)", inputText: `[${"{},".repeat(300_000)}{}]` },
  "objects of one key": { evaluate: "count(input)", inputText: `[${'{"a":{"b":1}},'.repeat(70_000)}{}]` },
  "by plan, wide": { load: rules("r := input.a"), evaluate: "data.p.r", inputText: `{"b":[${"{},".repeat(300_000)}{}],"a":1}` },
  "number of many digits": { evaluate: "input", inputText: "9".repeat(MEBIBYTE - 1) },
  "data too deep": { data: JSON.parse(`${'{"a":'.repeat(1000)}1${"}".repeat(1000)}`) },
  "data too long": { data: { a: "a".repeat(17 * MEBIBYTE) } },
};
