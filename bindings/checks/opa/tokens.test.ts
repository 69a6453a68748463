import { expect, test } from "vitest";
import { Random } from "../lib/random.ts";
import { mutate } from "./mutate.ts";
import { isName, tokensOf } from "./tokens.ts";

const SOURCE = `package a # of a
import data.b

p contains x if {
	some x in input["a\\"b"]
	x != \`raw
two\`; y := $"t{x}" # é 🔒
	count([y, 1.5e3]) >= 12
}
"unterminated`;

test("the tokens together are the complete source", () => {
  const tokens = tokensOf(SOURCE);
  expect(tokens.join("")).toBe(SOURCE);
  expect(tokens).toEqual(expect.arrayContaining(['"a\\"b"', "`raw\ntwo`", '$"t{x}"', "# é 🔒", "1.5e3", ":=", ">=", '"unterminated']));
  for (const text of ["\0", "\u{1f512}", "a\r\nb", "`", "#", ""]) expect(tokensOf(text).join("")).toBe(text);
});

test("keywords are not names", () => {
  expect(["a", "_x1"].every(isName)).toBe(true);
  expect(["if", "1a", '"a"', ""].some(isName)).toBe(false);
});

test("a mutant differs from its source, and the same seed gives the same mutant", () => {
  const mutants = (seed: number) => Array.from({ length: 500 }, (_, index) => mutate(SOURCE, new Random(seed + index), 0.5));
  const all = mutants(1);
  expect(all.filter((mutant) => mutant === undefined).length).toBeLessThan(100);
  expect(all.every((mutant) => mutant?.text !== SOURCE)).toBe(true);
  expect(mutants(1)).toEqual(all);
});
