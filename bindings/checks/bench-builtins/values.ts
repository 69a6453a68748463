// Calls on numbers, collections, times and addresses.
import { type Call, callOf, items, literal } from "./call.ts";

const loop = callOf("loop");
const number = callOf("numbers");
const collection = callOf("collections");
const time = callOf("time");
const net = callOf("net");
const other = callOf("others");

const numbers = items((index) => index * 1234);
const arrays = items((index) => items((part) => (part * 7919 + index) % 1000, 100));
const objects = items((index) => Object.fromEntries(items((part) => [`key-${part}`, { id: part + index, tags: ["a", "b"] }], 20)));
const instants = items((index) => 1_700_000_000_000_000_000 + index * 86_400_000_000_000);
const GRAPH = literal(Object.fromEntries(items((index) => [`n${index}`, [`n${(index * 3 + 1) % 50}`, `n${(index * 7 + 2) % 50}`]])));

export const VALUES: Call[] = [
  loop("no builtin", "t", numbers),
  number("+ and *", "t * 3 + 1", numbers),
  number("numbers of 60 digits", "t * 123456789012345678901234567890123456789012345678901234567890", numbers),
  number("/ and %", "(t / 7) + (t % 7)", numbers),
  number("round, floor", "round(t / 7) + floor(t / 3)", numbers),
  number("bits.and, bits.lsh", "bits.and(bits.lsh(t, 3), 255)", numbers),
  number(
    "to_number",
    "to_number(t)",
    items((index) => `${index}.25`),
  ),
  number("format_int", "format_int(t, 16)", numbers),
  number("numbers.range, 100", "numbers.range(t, t + 100)", numbers),
  number(
    "units.parse_bytes",
    "units.parse_bytes(t)",
    items((index) => `${index}.5Mi`),
  ),
  collection("count, sum, max", "count(t) + sum(t) + max(t)", arrays),
  collection("sort, 100", "sort(t)", arrays),
  collection("== of arrays, 100", "t == [0 | some i in numbers.range(1, 100)]", arrays),
  collection("== of objects, 20", `t == ${literal(objects[0])}`, objects),
  collection("== of itself", "t == [t, t][1]", objects),
  collection("array.concat, array.slice", "array.slice(array.concat(t, t), 50, 150)", arrays),
  collection("array.reverse", "array.reverse(t)", arrays),
  collection("set of an array, 100", "{x | some x in t}", arrays),
  collection("union and difference", "({1, 2, 3} | {t}) - {2}", numbers),
  collection("object.get", 'object.get(t, ["key-7", "id"], 0)', objects),
  collection("object.union", 'object.union(t, {"key-1": {"id": 0}, "b": 2})', objects),
  collection("object.keys", "object.keys(t)", objects),
  collection("object.remove", 'object.remove(t, ["key-1", "key-2"])', objects),
  collection("object.filter", 'object.filter(t, ["key-1", "key-2"])', objects),
  collection("object.subset", 'object.subset(t, {"key-1": {"tags": ["a"]}})', objects),
  collection("walk, 20", "count([1 | walk(t, [_, _])])", objects),
  collection(
    "graph.reachable, 50",
    `graph.reachable(${GRAPH}, {t})`,
    items((index) => `n${index}`),
  ),
  time(
    "time.parse_rfc3339_ns",
    "time.parse_rfc3339_ns(t)",
    items((index) => `2024-02-${10 + (index % 19)}T12:00:00.5+01:00`),
  ),
  time(
    "time.parse_ns",
    'time.parse_ns("2006-01-02 15:04", t)',
    items((index) => `2024-02-${10 + (index % 19)} 12:00`),
  ),
  time(
    "time.parse_duration_ns",
    "time.parse_duration_ns(t)",
    items((index) => `${index}h30m1.5s`),
  ),
  time("time.date, time.clock", "[time.date(t), time.clock(t)]", instants),
  time("time.clock in a zone", 'time.clock([t, "Europe/Berlin"])', instants),
  time("time.format", 'time.format([t, "America/New_York", "RFC1123"])', instants),
  time("time.add_date", "time.add_date(t, 1, 2, 3)", instants),
  time("time.diff", "time.diff(t, 1600000000000000000)", instants),
  net(
    "net.cidr_contains",
    'net.cidr_contains("10.0.0.0/8", t)',
    items((index) => `10.1.2.${index}`),
  ),
  net(
    "net.cidr_contains_matches",
    `net.cidr_contains_matches(${literal(items((index) => `10.${index}.0.0/16`))}, t)`,
    items((index) => `10.${index}.0.1`),
  ),
  net(
    "net.cidr_expand, 256",
    "count(net.cidr_expand(t))",
    items((index) => `10.1.${index}.0/24`, 5),
  ),
  net(
    "net.cidr_merge",
    'net.cidr_merge([t, "10.0.0.0/24", "10.0.1.0/24"])',
    items((index) => `10.0.${index}.0/24`),
  ),
  other(
    "semver.compare",
    'semver.compare(t, "1.2.3-rc.1")',
    items((index) => `1.2.${index}-rc.2+build`),
  ),
  other(
    "uuid.parse",
    "uuid.parse(t)",
    items(() => "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"),
  ),
  other(
    "uuid.rfc4122",
    "uuid.rfc4122(t)",
    items((index) => `k${index}`),
  ),
  other("is_string, type_name", "[is_string(t), type_name(t)]", numbers),
];
