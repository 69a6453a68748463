// Hostile rules and queries: endless loops, and values that grow.
import { type Cases, body, chain, lines, list, range, rules, twice, value } from "./case.ts";

export const loops: Cases = {
  "two loops": value(`count([1 | some a in ${range(5000)}; some b in ${range(5000)}; a == b])`),
  "two loops, by plan": {
    load: rules("r := count([1 | some a in input.l; some b in input.l; a == b])"),
    evaluate: "data.p.r",
    input: { l: list(5000, (index) => index) },
  },
  "every in every": {
    load: rules("r if {\n\tevery a in input.l { every b in input.l { a + b >= 0 } }\n}"),
    evaluate: "data.p.r",
    input: { l: list(5000, (index) => index) },
  },
  "functions that call the one before twice": {
    load: rules(`f0(x) := x + 1\n${lines(28, (index) => `f${index + 1}(x) := f${index}(x) + f${index}(x + 1)`)}\nr := f28(input.a)`),
    evaluate: "data.p.r",
    input: { a: 1 },
  },
  "walk in walk": {
    load: rules("r := count([1 | walk(input.l, [_, a]); walk(input.l, [_, b]); a == b])"),
    evaluate: "data.p.r",
    input: { l: list(5000, (index) => index) },
  },
  "a query": { evaluate: `count([1 | some a in ${range(5000)}; some b in ${range(5000)}; a == b])` },
};

export const memory: Cases = {
  "array of arrays": value(`count([[a, b, "text"] | some a in ${range(2000)}; some b in ${range(2000)}])`),
  set: value(`count({x | some a in ${range(2000)}; some b in ${range(2000)}; x := a * 10000 + b})`),
  object: value(`count({sprintf("%d", [a * 10000 + b]): [a] | some a in ${range(2000)}; some b in ${range(2000)}})`),
  "array, by plan": {
    load: rules("r := count([[a, b] | some a in input.l; some b in input.l])"),
    evaluate: "data.p.r",
    input: { l: list(3000, (index) => index) },
  },
  "partial set": {
    load: rules("s contains [a, b] if {\n\tsome a in input.l\n\tsome b in input.l\n}\nr := count(s)"),
    evaluate: "data.p.r",
    input: { l: list(3000, (index) => index) },
  },
  "text that grows": body(
    `v0 := concat("", ["a" | some _ in ${range(1000)}])\n${chain(6, (name) => `replace(${name}, "a", "aaaaaaaaaaaaaaaaaaaa")`)}\nx := count(v6)`,
  ),
  "answer that repeats a text": value(`[input.t | some _ in ${range(20_000)}]`, { t: "x".repeat(50_000) }),
  "answer that repeats itself": { load: rules(`${twice("a", 30)}\nr := a30`), evaluate: "data.p.r", input: { a: 1 } },
};
