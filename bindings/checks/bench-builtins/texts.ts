// Calls on texts: patterns, formats, encodings.
import { type Call, callOf, items, literal } from "./call.ts";

const paths = items((index) => `/v${index}/users/ann-${index}/files/report-${index * 7919}.txt`);
const hosts = items((index) => `host-${index}.region.example.com`);
const long = items((index) => `${index} ${"The quick brown fox jumps over the lazy dog. ".repeat(100)}`);
const regex = callOf("regex");
const glob = callOf("glob");
const strings = callOf("strings");
const format = callOf("sprintf");
const encoding = callOf("encoding");

export const TEXTS: Call[] = [
  regex("regex.match", 'regex.match("^/v[0-9]+/users/[a-z0-9-]+/files/.*[.]txt$", t)', paths),
  regex("regex.match, 4.5 KB", 'regex.match("(?i)[a-z]+ zebra", t)', long),
  regex("regex.match, one pattern per text", 'regex.match(sprintf("^/v[0-9]+/%s$", [t]), "/v1/users")', paths),
  regex("regex.find_n", 'regex.find_n("[0-9]+", t, -1)', paths),
  regex("regex.find_all_string_submatch_n", 'regex.find_all_string_submatch_n("([a-z]+)-([0-9]+)", t, -1)', paths),
  regex("regex.replace", 'regex.replace(t, "[0-9]+", "n")', paths),
  regex("regex.replace, 4.5 KB", 'regex.replace(t, "(?:fox|dog)s?", "cat")', long),
  regex("regex.split", 'regex.split("[/-]", t)', paths),
  regex(
    "regex.globs_match",
    'regex.globs_match("/v[0-9]+/.*", t)',
    items((index) => `/v${index}/u*`),
  ),
  regex("regex.template_match", 'regex.template_match("/v{[0-9]+}/users/{.*}", t, "{", "}")', paths),
  glob("glob.match", 'glob.match("*.*.example.com", ["."], t)', hosts),
  glob("glob.match, double star", 'glob.match("**.example.com", ["."], t)', hosts),
  glob("glob.match, alternatives", 'glob.match("{api,host-*,www}.{region,zone}.example.com", ["."], t)', hosts),
  glob("glob.match, one glob per text", 'glob.match(concat("", [t, "*"]), ["."], "host-1.region.example.com")', hosts),
  strings("concat", 'concat("/", [t, "a", t, "b"])', paths),
  strings("contains", 'contains(t, "lazy cat")', long),
  strings("startswith", 'startswith(t, "/v1/")', paths),
  strings("indexof", 'indexof(t, "cat")', long),
  strings("indexof_n", 'indexof_n(t, "fox")', long),
  strings("split", 'split(t, "/")', paths),
  strings("split, 4.5 KB", 'split(t, " ")', long),
  strings("replace", 'replace(t, "fox", "cat")', long),
  strings("strings.replace_n", 'strings.replace_n({"fox": "cat", "dog": "mouse", "quick": "slow"}, t)', long),
  strings(
    "strings.replace_n, 100 patterns",
    `strings.replace_n(${literal(Object.fromEntries(items((index) => [`word${index}`, "w"], 100)))}, t)`,
    long,
  ),
  strings("strings.count", 'strings.count(t, "fox")', long),
  strings("strings.reverse", "strings.reverse(t)", long),
  strings("strings.any_prefix_match", `strings.any_prefix_match(t, ${literal(items((index) => `/w${index}`, 100))})`, paths),
  strings("trim", 'trim(t, "/.tx")', paths),
  strings("trim_space", 'trim_space(concat("", ["  ", t, "  "]))', paths),
  strings("upper", "upper(t)", long),
  strings("substring", "substring(t, 5, 10)", paths),
  format("sprintf, %s and %d", 'sprintf("%s has %d of %d", [t, 3, 42])', paths),
  format("sprintf, %v of an object", 'sprintf("%v", [{"a": [1, 2, t], "b": {"c": t}}])', paths),
  format("sprintf, %.3f", 'sprintf("%.3f %e", [3.14159, 1e10])', paths),
  format("sprintf, %08x", 'sprintf("%08x %o %b", [255, 8, 5])', paths),
  format(
    "strings.render_template",
    'strings.render_template("{{.user}}: {{range .list}}{{.}},{{end}}", {"user": t, "list": [1, 2, 3]})',
    paths,
  ),
  encoding("base64.encode", "base64.encode(t)", long),
  encoding(
    "base64.decode",
    "base64.decode(t)",
    long.map((text) => Buffer.from(text).toString("base64")),
  ),
  encoding("base64url.encode_no_pad", "base64url.encode_no_pad(t)", paths),
  encoding("hex.encode", "hex.encode(t)", long),
  encoding(
    "hex.decode",
    "hex.decode(t)",
    long.map((text) => Buffer.from(text).toString("hex")),
  ),
  encoding("urlquery.encode", "urlquery.encode(t)", long),
  encoding("urlquery.encode_object", 'urlquery.encode_object({"a": t, "b": [t, "c"]})', paths),
  encoding(
    "urlquery.decode_object",
    "urlquery.decode_object(t)",
    items((index) => `a=${index}&b=%41+c&a=2`),
  ),
  encoding(
    "uri.parse",
    "uri.parse(t)",
    items((index) => `https://user@example.com:8080/a/b/${index}?c=d&e=f#g`),
  ),
];
