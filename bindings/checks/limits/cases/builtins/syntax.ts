// Hostile policies for rego.parse_module.
import { type Cases, lines, nested, range, value } from "../case.ts";

/** A text of rules that a generator of policies could write. */
const module = (count: number) => `package q\n${lines(count, (index) => `r${index} if input.a[_].b == [${index}, {"k": input.c}]`)}`;

export const syntax: Cases = {
  "rego.parse_module": value('count(rego.parse_module("q.rego", input.t).rules)', { t: module(15_000) }),
  "rego.parse_module of brackets": value('rego.parse_module("q.rego", input.t)', { t: `package q\nx := ${nested(100_000, "[", "]")}` }),
  "rego.parse_module of a long sum": value('rego.parse_module("q.rego", input.t)', { t: `package q\nx := ${"1 + ".repeat(100_000)}1` }),
  "rego.parse_module of nested literals": value('rego.parse_module("q.rego", input.t)', {
    t: `package q\nx := ${nested(13, '{"a": ', "}", "1")}`,
  }),
  "rego.parse_module, many": value(`count([1 | some i in ${range(100_000)}; rego.parse_module("q.rego", input.t)])`, { t: module(50) }),
};
