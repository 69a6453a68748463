// Hostile documents: JSON, patches, paths and schemas.
import { body, type Cases, chain, fields, list, nested, onTwice, range, value } from "../case.ts";

const matched = (schema: unknown, document: unknown) => value("json.match_schema(input.d, input.s)", { s: schema, d: document });
/** Definitions of which each refers to the next one. */
const references = (count: number, of: (next: { $ref: string }) => object) =>
  fields<object>(count + 1, (index) => [`d${index}`, index === count ? { type: "string" } : of({ $ref: `#/definitions/d${index + 1}` })]);

const schemas: Cases = {
  "schema that is its own": matched({ $ref: "#" }, {}),
  "schema in a ring": matched(
    { $ref: "#/definitions/a", definitions: { a: { $ref: "#/definitions/b" }, b: { $ref: "#/definitions/a" } } },
    {},
  ),
  "schema, a chain of references": matched({ $ref: "#/definitions/d0", definitions: references(8000, (next) => ({ allOf: [next] })) }, 1),
  "schema, references that double": matched(
    { $ref: "#/definitions/d0", definitions: references(30, (next) => ({ allOf: [next, { not: next }] })) },
    1,
  ),
  "schema, alternatives that double": matched(
    { $ref: "#/definitions/d0", definitions: references(30, (next) => ({ anyOf: [next, next] })) },
    1,
  ),
  "schema, a tree of itself": matched(
    { anyOf: [{ items: { $ref: "#" } }, { items: { $ref: "#" }, minItems: 1 }], maxItems: 1 },
    JSON.parse(nested(60, "[", "]", "1, 2")),
  ),
  "schema, many references": matched(
    { allOf: list(20_000, () => ({ $ref: "#/definitions/a" })), definitions: { a: { type: "object" } } },
    {},
  ),
  "schema, a large enum": matched(
    { items: { enum: list(50_000, (index) => index) } },
    list(50_000, (index) => -index),
  ),
  "schema, an enum of objects": matched(
    { items: { enum: list(5000, (index) => ({ a: index })) } },
    list(5000, (index) => ({ a: -index })),
  ),
  "schema, an enum that repeats": value("json.verify_schema(input.s)", { s: { enum: list(60_000, (index) => ({ a: index })) } }),
  "schema, unique items": matched(
    { uniqueItems: true },
    list(60_000, (index) => ({ a: index })),
  ),
  "schema, patterns of names": matched(
    { patternProperties: fields(2000, (index) => [`^(a|b)*${index}$`, { type: "string" }]) },
    fields(5000, (index) => [`${"ab".repeat(20)}${index}`, 1]),
  ),
  "schema, a pattern of many states": matched({ pattern: "((((a{1,100}){1,100}){1,100}){1,100}){1,100}" }, "a".repeat(1000)),
  "schema, patterns of many states": value("json.verify_schema(input.s)", {
    s: { allOf: list(2000, (index) => ({ pattern: String.raw`[\p{L}\p{N}\p{P}]{1,100}${index}` })) },
  }),
  "schema, dependencies": matched(
    { dependencies: fields(5000, (index) => [`k${index}`, list(10, (other) => `k${(index + other) % 5000}`)]) },
    fields(5000, (index) => [`k${index}`, 1]),
  ),
  "schema, many required": matched({ required: list(60_000, (index) => `k${index}`) }, {}),
  "schema, multiples": value('json.match_schema("1e300", `{"multipleOf": 1e-300}`)'),
  "schema, multiples of many digits": value(`json.match_schema(input.d, concat("", ["{\\"multipleOf\\": 0.", input.z, "7}"]))`, {
    d: list(3, () => 1e300),
    z: "0".repeat(400_000),
  }),
  "schema, a maximum of a large exponent": value('json.match_schema("1", `{"maximum": 1e1000000000}`)'),
  "schema, many faults": matched(
    { items: { type: "string", minLength: 100, maximum: -1, enum: ["a"] } },
    list(60_000, (index) => index),
  ),
  "schema, formats": matched(
    { items: { format: "email" } },
    list(2000, () => `${"a.".repeat(200)}@${"b.".repeat(20)}c`),
  ),
  "schema that nests": value("json.verify_schema(input.s)", { s: nested(60_000, '{"not": ', "}", "{}") }),
};

const patches: Cases = {
  "json.patch that nests": value("count(json.patch(input.d, input.o))", {
    d: { a: {} },
    o: list(20_000, () => ({ op: "copy", from: "/a", path: "/a/a" })),
  }),
  "json.patch that copies": value(
    'json.patch(input.d, [{"op": "copy", "from": "/a", "path": sprintf("/a/%d", [i])} | some i in numbers.range(1, 30)])',
    { d: { a: {} } },
  ),
  "json.patch at the front of an array": value(
    'count(json.patch(input.l, [{"op": "add", "path": "/0", "value": i} | some i in numbers.range(1, 50000)]))',
    { l: list(50_000, (index) => index) },
  ),
  "json.patch that tests": value(
    'json.patch({"a": input.l, "b": input.l}, [{"op": "test", "path": "/a", "value": input.l} | some i in numbers.range(1, 20000)])',
    { l: list(50_000, (index) => index) },
  ),
  "json.patch by a long path": value('json.patch({}, [{"op": "add", "path": input.p, "value": 1}])', { p: "/a".repeat(400_000) }),
  "json.filter by many paths": value("count(json.filter(input.o, input.p))", {
    o: fields(15_000, (index) => [`k${index}`, { a: { b: index } }]),
    p: list(15_000, (index) => `k${index}/a/b`),
  }),
  "json.remove by many paths": value("count(json.remove(input.o, input.p))", {
    o: fields(15_000, (index) => [`k${index}`, { a: { b: index } }]),
    p: list(15_000, (index) => `k${index}/a/b`),
  }),
  "json.remove by long paths": value("count(json.remove(input.o, input.p))", { o: { a: 1 }, p: list(200, () => "a/".repeat(2000)) }),
};

const notation: Cases = {
  "json.unmarshal": value("count(json.unmarshal(input.t))", { t: `[${"1,".repeat(400_000)}1]` }),
  "json.unmarshal of brackets": value("json.unmarshal(input.t)", { t: nested(400_000, "[", "]") }),
  "json.unmarshal of the same key": value("count(json.unmarshal(input.t))", { t: `{${'"a":1,'.repeat(140_000)}"a":1}` }),
  "json.unmarshal of many digits": value("json.unmarshal(input.t)", { t: "9".repeat(900_000) }),
  "json.unmarshal of a large exponent": value('json.unmarshal("1e1000000000") + 1'),
  "json.unmarshal, many": value(`count([1 | some i in ${range(100_000)}; json.unmarshal(input.t)])`, {
    t: JSON.stringify(list(1000, (index) => ({ a: index }))),
  }),
  "json.is_valid of brackets": value("json.is_valid(input.t)", { t: "[".repeat(900_000) }),
  "json.marshal of a value that repeats itself": onTwice("count(json.marshal(a30))"),
  "json.marshal in json.marshal": body(`v0 := "\\\\"\n${chain(24, (name) => `json.marshal(${name})`)}\nx := count(v24)`),
  "json.marshal_with_options of a long indent": value('count(json.marshal_with_options(input.l, {"pretty": true, "indent": input.i}))', {
    l: list(10_000, (index) => [index]),
    i: " ".repeat(100_000),
  }),
};

export const documents: Cases = { ...schemas, ...patches, ...notation };
