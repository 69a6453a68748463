// Hostile GraphQL: queries and schemas.
import { type Cases, lines, list, nested, value } from "../case.ts";

const INTERFACES = 150;
/** Interfaces that implement all before them, and types that implement all of them. */
const interfaces = [
  ...list(INTERFACES, (index) => `interface I${index} ${implementing(index)} { a: I0 }`),
  ...list(INTERFACES, (index) => `type T${index} ${implementing(INTERFACES)} { a: T${index} }`),
  "type Query { a: I0 }",
].join("\n");

function implementing(count: number): string {
  return count === 0 ? "" : `implements ${list(count, (index) => `I${index}`).join(" & ")}`;
}

const valid = (query: string, schema = "type Query { a: Query, b(c: [Int]): Int }") =>
  value("graphql.is_valid(input.q, input.s)", { q: query, s: schema });

export const graphql: Cases = {
  "graphql, fragments that double": valid(
    `{ __schema { ...a0 } } ${lines(40, (index) => `fragment a${index} on __Schema { ...a${index + 1} ...a${index + 1} }`)}
fragment a40 on __Schema { description }`,
    "type Query { a: Int }",
  ),
  "graphql, fragments in a ring": valid(`{ ...a0 } ${lines(3000, (index) => `fragment a${index} on Query { ...a${(index + 1) % 3000} }`)}`),
  "graphql, fragments that spread all others": valid(
    `{ ...a0 } ${lines(150, (index) => `fragment a${index} on Query { ${list(150, (other) => `...a${other}`).join(" ")} }`)}`,
  ),
  "graphql, fields of one name": valid(`{ ${"a { __typename } ".repeat(20_000)} }`),
  "graphql, fields of one name that nest": valid(
    `{ ${list(12, () => 0).reduce((inner) => `a { ${inner} } a { ${inner} }`, "__typename")} }`,
  ),
  "graphql, many aliases": valid(`{ ${list(50_000, (index) => `a${index}: __typename`).join(" ")} }`),
  "graphql, deep": valid(nested(100_000, "{ a ", "}")),
  "graphql, deep values": valid(`{ b(c: ${nested(100_000, "[", "]")}) }`),
  "graphql, deep types": value("graphql.schema_is_valid(input.s)", { s: `type Query { a: ${nested(100_000, "[", "]", "Int")} }` }),
  "graphql, a long list": valid(`{ b(c: [${"1 ".repeat(300_000)}]) }`),
  "graphql, many variables": valid(`query (${list(30_000, (index) => `$v${index}: Int`).join(" ")}) { b(c: [$v1]) }`),
  "graphql, many directives": valid(`{ a ${"@include(if: true) ".repeat(30_000)} { __typename } }`),
  "graphql, many operations": valid(lines(20_000, (index) => `query q${index} { a { __typename } }`)),
  "graphql, a long text": value("graphql.parse_query(input.q)", { q: `{ a(b: """${`${" ".repeat(20)}a\n`.repeat(30_000)}""") }` }),
  "graphql, comments": valid(`${"#\n".repeat(400_000)}{ a { __typename } }`),
  "graphql, many interfaces": valid("{ a { __typename } }", interfaces),
  "graphql, many fragments on interfaces": valid(
    `{ a { ${list(5000, (index) => `... on T${index % INTERFACES} { a { __typename } }`).join(" ")} } }`,
    interfaces,
  ),
  "graphql, interfaces in a ring": value("graphql.schema_is_valid(input.s)", {
    s: `${lines(2000, (index) => `interface I${index} implements I${(index + 1) % 2000} { a: Int }`)} type Query { a: I0 }`,
  }),
  "graphql, a large union": valid(
    "{ a { __typename } }",
    `${lines(8000, (index) => `type T${index} { a: Int }`)} union U = ${list(8000, (index) => `T${index}`).join(" | ")} type Query { a: U }`,
  ),
  "graphql, an enum of one name": value("graphql.schema_is_valid(input.s)", {
    s: `enum E { ${"A ".repeat(200_000)} } type Query { a: E }`,
  }),
  "graphql, extensions of a type": value("graphql.schema_is_valid(input.s)", {
    s: `type Query { a: Int } ${lines(15_000, (index) => `extend type Query { a${index}: Int }`)}`,
  }),
  "graphql, inputs in a ring": value("graphql.schema_is_valid(input.s)", {
    s: `type Query { a(b: I0): Int } ${lines(3000, (index) => `input I${index} { a: I${(index + 1) % 3000}! }`)}`,
  }),
  "graphql.parse_schema": value("count(graphql.parse_schema(input.s).Definitions)", {
    s: lines(30_000, (index) => `type A${index} { a: Int }`),
  }),
  "graphql.parse_and_verify": value("count(graphql.parse_and_verify(input.q, input.s))", {
    q: `{ ${"a { ".repeat(50)}__typename${" }".repeat(50)} }`,
    s: lines(10_000, (index) => `type A${index} { a: A${index} }`).concat(" type Query { a: Query }"),
  }),
};
