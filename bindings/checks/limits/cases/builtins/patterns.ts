// Hostile patterns and globs, and texts that they are matched on.
import { type Cases, list, nested, range, value } from "../case.ts";

const classes = String.raw`[\p{L}\p{N}\p{P}\p{S}]{1,100}`;

const regex: Cases = {
  "pattern of many states": value("regex.match(input.p, input.t)", {
    p: "((((a{1,100}){1,100}){1,100}){1,100}){1,100}",
    t: "a".repeat(1000),
  }),
  "pattern on a long text": value("regex.match(input.p, input.t)", { p: "^(([a-z])+.)+[A-Z]([a-z])+$", t: "a".repeat(900_000) }),
  "pattern of many parts on a long text": value("regex.match(input.p, input.t)", { p: `${"[ab]?".repeat(300)}c`, t: "a".repeat(900_000) }),
  "pattern of repeated classes": value("regex.match(input.p, input.t)", { p: classes.repeat(100), t: "a".repeat(10_000) }),
  "pattern of repeated classes without case": value("regex.match(input.p, input.t)", {
    p: `(?i)${classes.repeat(20)}`,
    t: "aé".repeat(10_000),
  }),
  "pattern of many words": value("regex.match(input.p, input.t)", {
    p: list(60_000, (index) => `word${index}`).join("|"),
    t: "word".repeat(10_000),
  }),
  "pattern of many groups": value("regex.find_all_string_submatch_n(input.p, input.t, -1)[0][0]", {
    p: "(a)?(b)?".repeat(500),
    t: "ab".repeat(5000),
  }),
  "pattern that nests": value("regex.is_valid(input.p)", { p: nested(200_000, "(", ")", "a") }),
  "patterns, many": value(`count([1 | some i in ${range(100_000)}; regex.match(sprintf("^[a-z]{1,40}%d(x|y)*$", [i]), input.t)])`, {
    t: "abc",
  }),
  "patterns, many and large": value(`count([1 | some i in ${range(1000)}; regex.match(sprintf("%s%d", [input.p, i]), "a")])`, {
    p: classes.repeat(10),
  }),
  "regex.find_n": value('count(regex.find_n(".*?b?", input.t, -1))', { t: "a".repeat(500_000) }),
  "regex.find_n, from each place to the end": value('count(regex.find_n("(?s).*?x|a", input.t, -1))', { t: "a".repeat(500_000) }),
  "regex.split": value('count(regex.split("", input.t))', { t: "a".repeat(500_000) }),
  "regex.replace that grows": value('count(regex.replace(input.t, "a", input.b))', { t: "a".repeat(100_000), b: "b".repeat(1000) }),
  "regex.replace by groups": value('count(regex.replace(input.t, "(a+)", input.b))', { t: "a".repeat(10_000), b: "$1".repeat(100_000) }),
  "regex.globs_match": value("regex.globs_match(input.a, input.b)", { a: "[a-z]+[b-y]*".repeat(50_000), b: "[a-y]*[c-z]+".repeat(50_000) }),
  "regex.globs_match of stars": value("regex.globs_match(input.a, input.b)", { a: ".*a".repeat(2000), b: ".*b".repeat(2000) }),
  "regex.template_match": value('regex.template_match(input.p, input.t, "{", "}")', { p: "{a+}".repeat(50_000), t: "a".repeat(50_000) }),
};

const glob: Cases = {
  "glob of many alternatives": value("glob.match(input.p, [], input.t)", { p: "{a,b}".repeat(5000), t: "a".repeat(5000) }),
  "glob of many stars": value("glob.match(input.p, [], input.t)", { p: "*a".repeat(5000), t: "a".repeat(50_000) }),
  "glob of many double stars": value('glob.match(input.p, ["."], input.t)', { p: "**.".repeat(2000), t: "a.".repeat(20_000) }),
  "glob that nests": value("glob.match(input.p, [], input.t)", { p: nested(50_000, "{a,", "}", "b"), t: "b" }),
  "glob of many classes": value("glob.match(input.p, [], input.t)", { p: "[a-z]".repeat(50_000), t: "a".repeat(50_000) }),
  "glob of many delimiters": value("glob.match(input.p, input.d, input.t)", {
    p: "*a".repeat(1000),
    d: list(10_000, (index) => String.fromCodePoint(0x4e00 + index)),
    t: "a".repeat(10_000),
  }),
  "globs, many": value(`count([1 | some i in ${range(100_000)}; glob.match(sprintf("{a,b,c}*%d", [i]), [], "abc")])`),
  "glob.quote_meta": value("count(glob.quote_meta(glob.quote_meta(glob.quote_meta(glob.quote_meta(input.t)))))", {
    t: "*".repeat(900_000),
  }),
};

export const patterns: Cases = { ...regex, ...glob };
