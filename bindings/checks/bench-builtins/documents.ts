// Calls on documents: JSON, YAML, schemas, GraphQL, policies.
import { type Call, callOf, items, literal } from "./call.ts";

const json = callOf("json");
const yaml = callOf("yaml");
const schema = callOf("schema");
const graphql = callOf("graphql");
const policy = callOf("rego");

const user = (index: number) => ({
  name: `user-${index}`,
  age: index,
  email: `user-${index}@example.com`,
  tags: ["a", "b", `c${index}`],
  address: { city: "Berlin", zip: `1${index}`, lines: [1.5, null, true] },
});
const users = items(user);
const people = JSON.stringify(items(user, 500));
const SCHEMA = {
  type: "object",
  required: ["name", "age"],
  additionalProperties: false,
  properties: {
    name: { type: "string", pattern: "^user-[0-9]+$" },
    age: { type: "integer", minimum: 0, maximum: 200 },
    email: { type: "string", maxLength: 100 },
    tags: { type: "array", uniqueItems: true, items: { type: "string", enum: ["a", "b", ...items((index) => `c${index}`)] } },
    address: { $ref: "#/definitions/address" },
  },
  definitions: { address: { type: "object", properties: { city: { type: "string" }, zip: { type: "string" }, lines: { type: "array" } } } },
};
const GRAPHQL_SCHEMA = `type Query { user(id: ID!): User users(first: Int = 10, after: String): [User!]! }
interface Node { id: ID! }
enum Role { ADMIN USER }
input Filter { name: String role: Role }
type Address { city: String zip: String }
type User implements Node { id: ID! name: String! role: Role address: Address friends(filter: Filter): [User] }`;
const queries = items(
  (index) => `query q($id: ID!) { user(id: $id) { ...F friends(filter: {name: "a${index}", role: ADMIN}) { id name address { city } } } }
fragment F on User { id name role }`,
);
const module = (index: number) => `package p${index}

import rego.v1

default allow := false

allow if {
	input.user == "user-${index}"
	some role in data.roles[input.user]
	role.permissions[_] == input.permission
}

deny contains message if {
	not allow
	message := sprintf("%s may not", [input.user])
}
`;

export const DOCUMENTS: Call[] = [
  json(
    "json.unmarshal",
    "json.unmarshal(t)",
    users.map((one) => JSON.stringify(one)),
  ),
  json("json.unmarshal, 75 KB", "json.unmarshal(t)", [people]),
  json("json.is_valid, 75 KB", "json.is_valid(t)", [people]),
  json("json.marshal", "json.marshal(t)", users),
  json("json.marshal_with_options", 'json.marshal_with_options(t, {"pretty": true})', users),
  json("json.filter", 'json.filter(t, ["name", "address/city"])', users),
  json("json.remove", 'json.remove(t, ["name", "address/city"])', users),
  json(
    "json.patch",
    'json.patch(t, [{"op": "replace", "path": "/name", "value": 1}, {"op": "add", "path": "/tags/0", "value": 2}])',
    users,
  ),
  yaml(
    "yaml.unmarshal",
    "yaml.unmarshal(t)",
    users.map((one) => `name: ${one.name}\nage: ${one.age}\ntags:\n  - a\n  - b\naddress: {city: Berlin, zip: "1"}\n`),
  ),
  yaml("yaml.marshal", "yaml.marshal(t)", users),
  yaml(
    "yaml.is_valid",
    "yaml.is_valid(t)",
    items((index) => `- a: ${index}\n  b: [1, 2, 3]\n`),
  ),
  schema("json.match_schema", `json.match_schema(t, ${literal(SCHEMA)})`, users),
  schema(
    "json.match_schema, faults",
    `json.match_schema(t, ${literal(SCHEMA)})`,
    users.map((one) => ({ ...one, age: "old", extra: 1 })),
  ),
  schema(
    "json.verify_schema",
    "json.verify_schema(t)",
    items((index) => ({ ...SCHEMA, title: `${index}` })),
  ),
  graphql("graphql.parse_query", "graphql.parse_query(t)", queries),
  graphql(
    "graphql.parse_schema",
    "graphql.parse_schema(t)",
    items((index) => `${GRAPHQL_SCHEMA}\ntype T${index} { a: Int }`),
  ),
  graphql("graphql.parse", `graphql.parse(t, ${literal(GRAPHQL_SCHEMA)})`, queries),
  graphql("graphql.is_valid", `graphql.is_valid(t, ${literal(GRAPHQL_SCHEMA)})`, queries),
  graphql(
    "graphql.schema_is_valid",
    "graphql.schema_is_valid(t)",
    items((index) => `${GRAPHQL_SCHEMA}\ntype T${index} { a: Int }`),
  ),
  policy("rego.parse_module", 'rego.parse_module("p.rego", t)', items(module)),
];
