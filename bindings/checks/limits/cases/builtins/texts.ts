// Hostile texts: those that grow, and those that take a builtin long.
import { body, type Cases, chain, fields, list, nested, onTwice, range, value } from "../case.ts";

const strings: Cases = {
  split: value('count(split(input.t, ""))', { t: "a".repeat(900_000) }),
  "strings.split_n": value('count(strings.split_n(input.t, "", 1000000))', { t: "a".repeat(900_000) }),
  "concat that doubles": body(`v0 := input.t\n${chain(20, (name) => `concat("", [${name}, ${name}])`)}\nx := count(v20)`, { t: "text" }),
  "concat of a long delimiter": value(`count(concat(input.t, ["a" | some _ in ${range(10_000)}]))`, { t: "a".repeat(100_000) }),
  "replace that grows": value('count(replace(input.t, "a", input.t))', { t: "a".repeat(100_000) }),
  "replace of nothing": value('count(replace(input.t, "", input.t))', { t: "a".repeat(100_000) }),
  indexof_n: value('count(indexof_n(input.t, "aa"))', { t: "a".repeat(900_000) }),
  "contains of a text that nearly repeats": value("contains(input.t, input.n)", { t: "a".repeat(500_000), n: `${"a".repeat(250_000)}b` }),
  "indexof of a text that nearly repeats": value("indexof(input.t, input.n)", { t: "é".repeat(200_000), n: `${"é".repeat(100_000)}b` }),
  "trim of many characters": value("count(trim(input.t, input.c))", {
    t: String.fromCodePoint(0x4e00).repeat(150_000),
    c: list(20_000, (index) => String.fromCodePoint(0x9000 - index)).join(""),
  }),
  "strings.replace_n": value("count(strings.replace_n(input.o, input.t))", {
    o: fields(2000, (index) => [`b${index}`, "c"]),
    t: "ab".repeat(200_000),
  }),
  "strings.replace_n that grows": value('count(strings.replace_n({"a": input.t, "b": input.t}, input.t))', { t: "ab".repeat(100_000) }),
  "strings.any_prefix_match": value("strings.any_prefix_match(input.l, input.p)", {
    l: list(20_000, (index) => `prefix${index}`),
    p: list(20_000, (index) => `prefiy${index}`),
  }),
  "strings.any_suffix_match": value("strings.any_suffix_match(input.l, input.p)", {
    l: list(20_000, (index) => `${index}suffix`),
    p: list(20_000, (index) => `${index}suffiy`),
  }),
  "strings.count": value('strings.count(input.t, "aa")', { t: "a".repeat(900_000) }),
  "strings.reverse, many": value(`count([t | some i in ${range(10_000)}; t := strings.reverse(input.t)])`, { t: "é".repeat(100_000) }),
  "upper of letters that grow": value("count(upper(input.t))", { t: "ŉ".repeat(300_000) }),
  "substring, many": value(`count({t | some i in ${range(50_000)}; t := substring(input.t, i, -1)})`, { t: "é".repeat(50_000) }),
};

const formats: Cases = {
  padding: value('count(sprintf("%100000000d", [1]))'),
  "padding by an argument": value('count(sprintf("%*d", [100000000, 1]))'),
  precision: value('count(sprintf("%.100000000f", [1]))'),
  "precision of a large number": value('count(sprintf("%.1000000f", [1e308]))'),
  "sprintf of many arguments": value("count(sprintf(input.f, input.l))", { f: "%v".repeat(100_000), l: list(100_000, (index) => index) }),
  "sprintf of one argument many times": value("count(sprintf(input.f, [input.t]))", { f: "%[1]s".repeat(50_000), t: "a".repeat(100_000) }),
  "sprintf of too few arguments": value("count(sprintf(input.f, []))", { f: "%d".repeat(400_000) }),
  "sprintf of many unused arguments": value('count(sprintf("", input.l))', { l: list(150_000, (index) => index) }),
  "sprintf of a value that repeats itself": onTwice('count(sprintf("%v", [a30]))'),
  "template that nests": value("count(strings.render_template(input.t, {}))", { t: nested(20_000, "{{if true}}", "{{end}}", "x") }),
  "template of many actions": value('count(strings.render_template(input.t, {"a": input.t}))', { t: "{{.a}}".repeat(10_000) }),
  "template of ranges": value('count(strings.render_template(input.t, {"l": input.l}))', {
    t: nested(4, "{{range $.l}}", "{{end}}", "x"),
    l: list(1000, (index) => index),
  }),
  "template of empty ranges": value('count(strings.render_template(input.t, {"l": input.l}))', {
    t: nested(6, "{{range $.l}}", "{{end}}"),
    l: list(1000, (index) => index),
  }),
};

const encodings: Cases = {
  base64: value("count(base64.encode(base64.encode(base64.encode(base64.encode(input.t)))))", { t: "a".repeat(900_000) }),
  "base64 that grows": body(`v0 := input.t\n${chain(20, (name) => `base64.encode(${name})`)}\nx := count(v20)`, { t: "a".repeat(100_000) }),
  "base64.decode, many": value(`count([t | some i in ${range(10_000)}; t := base64.decode(input.t)])`, { t: "YWFh".repeat(50_000) }),
  "hex that grows": body(`v0 := input.t\n${chain(20, (name) => `hex.encode(${name})`)}\nx := count(v20)`, { t: "a".repeat(100_000) }),
  "urlquery that grows": body(`v0 := input.t\n${chain(20, (name) => `urlquery.encode(${name})`)}\nx := count(v20)`, {
    t: "%".repeat(100_000),
  }),
  "urlquery.encode_object": value("count(urlquery.encode_object(input.o))", {
    o: fields(20_000, (index) => [`%${index}`, ["%%%%%%%%", "%%%%%%%%"]]),
  }),
  "urlquery.decode_object": value("count(urlquery.decode_object(input.t))", { t: "a=1&b=2&".repeat(100_000) }),
  "uri.parse": value("uri.parse(input.t)", { t: `http://${"a".repeat(100_000)}/${"%41/".repeat(200_000)}?${"a=b&".repeat(10_000)}` }),
  "uri.parse, many": value(`count([1 | some i in ${range(100_000)}; uri.parse(input.t)])`, { t: `http://a/${"%41/".repeat(2000)}` }),
};

export const texts: Cases = { ...strings, ...formats, ...encodings };
