// Hostile numbers, collections and addresses.
import { body, type Cases, chain, fields, lines, list, onTwice, range, value } from "../case.ts";

const numbers: Cases = {
  range: value("count(numbers.range(1, 1000000000))"),
  "range of large numbers": value("count(numbers.range(input.a, input.a + 100000000))", { a: 9_007_199_254_740_991 }),
  "numbers.range_step": value("count(numbers.range_step(1, 1000000000, 3))"),
  "shifted number": value("bits.lsh(1, 1000000000)"),
  "shifted number, within memory": value("bits.lsh(1, 30000000)"),
  "digits of a shifted number": value('count(sprintf("%d", [bits.lsh(1, 30000000)]))'),
  "bits of a shifted number": value('count(sprintf("%b", [bits.lsh(1, 30000000)]))'),
  "format_int of a shifted number": value("count(format_int(bits.lsh(1, 30000000), 10))"),
  "product of shifted numbers": value("bits.lsh(1, 30000000) * bits.lsh(1, 30000000) > 0"),
  "product of numbers of many digits": body("a := bits.lsh(1, 20000000) - 1\nb := bits.lsh(1, 19999999) - 1\nx := a * b > 0"),
  "quotient of numbers of many digits": body("a := bits.lsh(1, 20000000) - 1\nb := bits.lsh(1, 10000000) - 1\nx := a / b > 0"),
  "remainder of numbers of many digits": body("a := bits.lsh(1, 20000000) - 1\nb := bits.lsh(1, 10000000) - 1\nx := a % b > 0"),
  "bits of numbers of many digits": value(`count([1 | some i in ${range(10_000)}; bits.xor(bits.lsh(1, 1000000), i) > 0])`),
  "squared number": body(`v0 := 123456789012345678901234567890\n${chain(18, (name) => `${name} * ${name}`)}\nx := v18`),
  "product of a range": value(`product(${range(60_000)})`),
  "product of large numbers": value("product(input.l)", { l: list(20_000, () => 9_007_199_254_740_991) }),
  "sum of a text's numbers": value(`sum([n | some i in ${range(2000)}; n := to_number(input.t)])`, { t: `1${"0".repeat(10_000)}.5` }),
  "number of many digits": value("to_number(input.t)", { t: "9".repeat(500_000) }),
  "number of many digits after the point": value("to_number(input.t) + to_number(input.t)", { t: `0.${"9".repeat(500_000)}` }),
  "number of a large exponent": value('to_number("1e1000000000") + 1'),
  "number of a small exponent": value('to_number("1e-1000000000") + 1'),
  "rounded number of a large exponent": value('round(to_number("1e100000000")) + ceil(to_number("1e100000000"))'),
  "comparison of large exponents": value('to_number("1e100000000") < to_number("2e100000000")'),
};

const aggregates: Cases = {
  sort: value("count(sort(input.l))", { l: list(100_000, (index) => (index * 7919) % 100_003) }),
  "sort of long texts": value('count(sort([t | some i in numbers.range(1, 1000); t := concat("", [input.t, format_int(i, 10)])]))', {
    t: "a".repeat(10_000),
  }),
  "max of values that repeat themselves": onTwice("max([a30, b30, a29])"),
  "comparison of a value that repeats itself": onTwice("a30 == b30"),
  "order of values that repeat themselves": onTwice("a30 < b30"),
  "set of values that repeat themselves": onTwice("count({a30, b30})"),
  "walk of a value that repeats itself": onTwice("count([1 | walk(a30, [_, _])])"),
  "walk of a deep value": body(
    `v0 := [1]\n${chain(24, (name) => `[[[[[${name}]]]]]`)}\nx := count([p | some i in ${range(2000)}; walk(v24, [p, _])])`,
  ),
};

const collections: Cases = {
  "array.concat that doubles": body(`v0 := input.l\n${chain(24, (name) => `array.concat(${name}, ${name})`)}\nx := count(v24)`, {
    l: [1, 2, 3],
  }),
  "array.concat, many": value(`count([1 | some i in ${range(10_000)}; array.concat(input.l, input.l)])`, {
    l: list(100_000, (index) => index),
  }),
  "array.slice, many": value(`count([1 | some i in ${range(10_000)}; array.slice(input.l, 1, 99999)])`, {
    l: list(100_000, (index) => index),
  }),
  "array.reverse, many": value(`count([1 | some i in ${range(10_000)}; array.reverse(input.l)])`, { l: list(100_000, (index) => index) }),
  "array.flatten of a value that repeats itself": onTwice("count(array.flatten(a30))"),
  "object.union_n": value("count(object.union_n([o | some i in numbers.range(1, 2000); o := input.o]))", {
    o: fields(2000, (index) => [`b${index}`, index]),
  }),
  "object.union of deep objects": value(`count([1 | some i in ${range(20_000)}; object.union(input.o, {"k": {"k": {"k": i}}})])`, {
    o: fields(1000, (index) => [`k${index}`, { k: { k: index } }]),
  }),
  "object.union of values that repeat themselves": {
    ...value("object.union(a30, b30)"),
    load: `package p\n${["a", "b"].map((name) => `${name}0 := {"k": {}}\n${lines(30, (index) => `${name}${index + 1} := {"k": ${name}${index}, "l": ${name}${index}}`)}`).join("\n")}\nr := object.union(a30, b30)`,
  },
  "object.subset of arrays": value("object.subset(input.a, input.b)", { a: list(150_000, () => 1), b: [...list(50_000, () => 1), 2] }),
  "object.subset of values that repeat themselves": onTwice("object.subset(a30, b30)"),
  "object.filter by many keys": value("count(object.filter(input.o, input.k))", {
    o: fields(30_000, (index) => [`k${index}`, index]),
    k: list(30_000, (index) => `k${index}`),
  }),
  "object.remove, many": value(`count([1 | some i in ${range(10_000)}; object.remove(input.o, [sprintf("k%d", [i])])])`, {
    o: fields(10_000, (index) => [`k${index}`, index]),
  }),
  "object.get by a long path": value("object.get(input.o, input.p, 1)", { o: { a: 1 }, p: list(200_000, () => "a") }),
  "object.keys, many": value(`count([1 | some i in ${range(10_000)}; object.keys(input.o)])`, {
    o: fields(10_000, (index) => [`k${index}`, index]),
  }),
  "union of sets": value("count(union({s | some i in numbers.range(1, 3000); s := {x | some j in numbers.range(1, 100); x := i * j}}))"),
  "intersection of sets": value(
    "count(intersection({s | some i in numbers.range(1, 300); s := {x | some j in numbers.range(1, 3000); x := i + j}}))",
  ),
  "differences of sets": body(`a := {x | some x in ${range(50_000)}}\nx := count([1 | some i in ${range(10_000)}; a - {i}])`),
};

const graphs: Cases = {
  "graph.reachable": value('count(graph.reachable(input.g, {"0"}))', {
    g: fields(1000, (index) => [`${index}`, list(80, (to) => `${(index * 31 + to) % 1000}`)]),
  }),
  "graph.reachable_paths": value('count(graph.reachable_paths(input.g, {"0"}))', {
    g: fields(40, (index) => [`${index}`, [`${index * 2 + 1}`, `${index + 1}`, `${index + 2}`]]),
  }),
  "graph.reachable_paths of a long path": value('count(graph.reachable_paths(input.g, {"0"}))', {
    g: fields(40_000, (index) => [`${index}`, [`${index + 1}`]]),
  }),
};

const addresses: Cases = {
  addresses: value('count(net.cidr_expand("0.0.0.0/0"))'),
  "addresses of 128 bits": value('count(net.cidr_expand("::/0"))'),
  "net.cidr_expand, many": value(`count([1 | some i in ${range(10_000)}; net.cidr_expand("10.0.0.0/16")])`),
  "net.cidr_merge": value("count(net.cidr_merge(input.l))", { l: list(30_000, (index) => `10.${index >> 8}.${index & 255}.1/32`) }),
  "net.cidr_merge of 128 bits": value("count(net.cidr_merge(input.l))", {
    l: list(30_000, (index) => `2001:db8:${index.toString(16)}::/48`),
  }),
  "net.cidr_contains_matches": value("count(net.cidr_contains_matches(input.l, input.l))", {
    l: list(5000, (index) => `10.${index >> 8}.${index & 255}.1/32`),
  }),
  "net.cidr_contains_matches of all": value("count(net.cidr_contains_matches(input.l, input.l))", { l: list(5000, () => "0.0.0.0/0") }),
};

export const values: Cases = { ...numbers, ...aggregates, ...collections, ...graphs, ...addresses };
