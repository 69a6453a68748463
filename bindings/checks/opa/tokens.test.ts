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

test("tokens are the whole source", () => {
  const tokens = tokensOf(SOURCE);
  expect(tokens.join("")).toBe(SOURCE);
  expect(tokens).toEqual(expect.arrayContaining(['"a\\"b"', "`raw\ntwo`", '$"t{x}"', "# é 🔒", "1.5e3", ":=", ">=", '"unterminated']));
  for (const odd of ["\0", "\u{1f512}", "a\r\nb", "`", "#", ""]) expect(tokensOf(odd).join("")).toBe(odd);
});

test("keywords are no names", () => {
  expect(["a", "_x1"].every(isName)).toBe(true);
  expect(["if", "1a", '"a"', ""].some(isName)).toBe(false);
});

test("a mutant is another source, and its seed makes it again", () => {
  const made = (seed: number) => Array.from({ length: 500 }, (_, index) => mutate(SOURCE, new Random(seed + index), 0.5));
  const all = made(1);
  expect(all.filter((mutant) => mutant === undefined).length).toBeLessThan(100);
  expect(all.every((mutant) => mutant?.text !== SOURCE)).toBe(true);
  expect(made(1)).toEqual(all);
});
