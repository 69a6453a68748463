// Generates calls of builtins: those that every build of grid-opa has, and that do not depend on a clock or a network.
import type { Random } from "../lib/random.ts";

/** The requested kind of a term. */
export type Want = "any" | "number" | "text" | "collection";
export const PATTERNS = ["`^a`", "`[a-z]+`", "`^.$`", '"A|b"', "`(a)(b)?`"] as const;

/** Makers of arguments. */
export type Parts = Record<"number" | "text" | "any" | "list" | "collection", () => string> & {
  random: Random;
  constant: (want: Want) => string;
};

type Maker = (parts: Parts) => string;

const NUMBERS: Maker[] = [
  ({ random, list }) => `${random.of(["count", "count", "sum", "max", "min", "product"])}(${list()})`,
  ({ random, number }) => `${random.of(["abs", "ceil", "floor", "round"])}(${number()})`,
  ({ any }) => `to_number(${any()})`,
  ({ text, constant }) => `indexof(${text()}, ${constant("text")})`,
  ({ text, constant }) => `strings.count(${text()}, ${constant("text")})`,
  ({ random, number }) => `bits.${random.of(["and", "or", "xor", "lsh", "rsh"])}(${number()}, ${random.of(["1", "2", "input.b"])})`,
  ({ random, number }) => `${random.of(["plus", "minus", "mul", "rem"])}(${number()}, ${number()})`,
  ({ random }) => `semver.compare(${random.of(['"1.2.3"', '"1.0.0"'])}, ${random.of(['"1.2.4"', '"1.0.0-a"', "input.b"])})`,
];

const TEXTS: Maker[] = [
  ({ random, text }) => `${random.of(["upper", "lower", "trim_space", "strings.reverse"])}(${text()})`,
  ({ constant, list }) => `concat(${constant("text")}, ${list()})`,
  ({ random, any, number }) =>
    `sprintf(${random.of(['"%v"', '"%s-%d"', '"%v %v"', '"%d|%05d"', '"%q"', '"%.2f"'])}, [${any()}, ${number()}])`,
  ({ random, text, constant }) =>
    `${random.of(["trim", "trim_left", "trim_right", "trim_prefix", "trim_suffix"])}(${text()}, ${constant("text")})`,
  ({ text, constant }) => `replace(${text()}, "a", ${constant("text")})`,
  ({ text }) => `strings.replace_n({"a": "b", "A": "c"}, ${text()})`,
  ({ random, text }) => `substring(${text()}, ${random.of(["0", "1", "-1"])}, ${random.of(["-1", "1", "9"])})`,
  ({ any }) => `type_name(${any()})`,
  ({ any }) => `json.marshal(${any()})`,
  ({ random, number }) => `format_int(${number()}, ${random.of(["10", "2", "16", "8"])})`,
  ({ random, text }) => `${random.of(["base64.encode", "base64url.encode", "hex.encode", "urlquery.encode"])}(${text()})`,
  ({ random, text }) => `${random.of(["base64.decode", "hex.decode", "urlquery.decode"])}(${text()})`,
  ({ random, text }) => `crypto.${random.of(["md5", "sha1", "sha256"])}(${text()})`,
  ({ random, text }) => `regex.replace(${text()}, ${random.of(PATTERNS)}, "<$1>")`,
];

const COLLECTIONS: Maker[] = [
  ({ random, text }) => `split(${text()}, ${random.of(['"."', '""', '"a"'])})`,
  ({ random, list }) => `array.slice(${list()}, ${random.of(["0", "1", "-1"])}, ${random.of(["1", "2", "9"])})`,
  ({ list }) => `array.concat(${list()}, ${list()})`,
  ({ list }) => `array.reverse(${list()})`,
  ({ list }) => `sort(${list()})`,
  ({ collection }) => `object.keys(${collection()})`,
  ({ collection }) => `object.union(${collection()}, ${collection()})`,
  ({ collection }) => `object.union_n([${collection()}, ${collection()}])`,
  ({ random, collection }) =>
    `object.${random.of(["remove", "filter"])}(${collection()}, ${random.of(['["a"]', '{"a", "b"}', '{"1": 1}'])})`,
  ({ random, collection }) => `json.${random.of(["remove", "filter"])}(${collection()}, ${random.of(['["a/b"]', '["a", "user/a"]'])})`,
  ({ random }) => `numbers.range(${random.of(["0", "1", "2", "-1"])}, ${random.of(["1", "2", "input.b"])})`,
  ({ random }) => `numbers.range_step(${random.of(["0", "5"])}, ${random.of(["4", "input.b"])}, ${random.of(["1", "2"])})`,
  ({ random, list }) => `${random.of(["union", "intersection"])}({${list()}, {1}})`,
  ({ random, text }) => `regex.split(${random.of(PATTERNS)}, ${text()})`,
  ({ random, text }) => `regex.find_n(${random.of(PATTERNS)}, ${text()}, ${random.of(["1", "-1"])})`,
  ({ random, text }) => `regex.find_all_string_submatch_n(${random.of(PATTERNS)}, ${text()}, -1)`,
  ({ text, constant }) => `indexof_n(${text()}, ${constant("text")})`,
  ({ collection }) => `graph.reachable(data.d.roles, ${collection()})`,
  ({ collection }) => `{x | walk(${collection()}, [_, x]); is_number(x)}`,
];

const OTHERS: Maker[] = [
  ({ random, collection, constant, any }) =>
    `object.get(${collection()}, ${random.of(['"a"', '["a", "b"]', '["list", 0]', any()])}, ${constant("any")})`,
  ({ random, text }) => `json.unmarshal(${random.of(['"1"', '"[1, 1.0, null]"', '"{"', text()])})`,
  ({ random, any }) => `${random.of(["is_number", "is_string", "is_array", "is_null"])}(${any()})`,
];

const MAKERS: Record<Want, Maker[]> = {
  number: NUMBERS,
  text: TEXTS,
  collection: COLLECTIONS,
  any: [...NUMBERS, ...TEXTS, ...COLLECTIONS, ...OTHERS],
};

/** A call that may return the requested kind. */
export function callOf(want: Want, parts: Parts): string {
  return parts.random.of(MAKERS[want])(parts);
}

/** Builtins that `with` may replace, with the number of their arguments. */
export const REPLACEABLE: readonly (readonly [name: string, parameters: number])[] = [
  ["count", 1],
  ["upper", 1],
  ["lower", 1],
  ["is_number", 1],
  ["concat", 2],
  ["split", 2],
  ["sort", 1],
  ["startswith", 2],
  ["time.now_ns", 0],
  ["object.get", 3],
];
