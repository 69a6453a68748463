// Hostile policies, queries, inputs and data, by target of attack.

/** Steps in this order. The last one is measured; the others must succeed. */
type Case = {
  /** One policy as a text, or several by name. */
  load?: string | Record<string, string>;
  data?: object;
  /** A JSON Patch on the data. */
  patch?: object[];
  /** A rule or query. */
  evaluate?: string;
  input?: object;
  /** Any text, instead of `input`. */
  inputText?: string;
};
export type NamedCase = Case & { group: string; name: string };

const MEBIBYTE = 1 << 20;
const LETTERS = "abcdefghijklmnopqrstuvwxyz";
const list = <T>(count: number, of: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => of(index));
const lines = (count: number, of: (index: number) => string) => list(count, of).join("\n");
/** Statements `b := …`, `c := …`, each from the variable of the one before. */
const chain = (count: number, of: (name: string) => string) =>
  lines(count, (index) => `${LETTERS[index + 1]} := ${of(LETTERS[index] as string)}`);
const rules = (text: string) => `package p\n${text}\n`;
/** A case that evaluates one rule. */
const body = (text: string): Case => ({ load: rules(`r := x if {\n${text}\n}`), evaluate: "data.p.r" });
const value = (text: string): Case => ({ load: rules(`r := ${text}`), evaluate: "data.p.r" });
const range = (count: number) => `numbers.range(1, ${count})`;
/** Each rule contains the one before it twice: small in memory, endless to traverse. */
const twice = (name: string, count: number) =>
  `${name}0 := [input.a]\n${lines(count, (index) => `${name}${index + 1} := [${name}${index}, ${name}${index}]`)}`;

const loops: Record<string, Case> = {
  "two loops": value(`count([1 | some a in ${range(5000)}; some b in ${range(5000)}; a == b])`),
  "two loops, by plan": {
    load: rules("r := count([1 | some a in input.l; some b in input.l; a == b])"),
    evaluate: "data.p.r",
    input: { l: list(5000, (index) => index) },
  },
  "every in every": {
    load: rules("r if {\n\tevery a in input.l { every b in input.l { a + b >= 0 } }\n}"),
    evaluate: "data.p.r",
    input: { l: list(5000, (index) => index) },
  },
  "functions that call the one before twice": {
    load: rules(`f0(x) := x + 1\n${lines(28, (index) => `f${index + 1}(x) := f${index}(x) + f${index}(x + 1)`)}\nr := f28(input.a)`),
    evaluate: "data.p.r",
    input: { a: 1 },
  },
  "walk in walk": {
    load: rules("r := count([1 | walk(input.l, [_, a]); walk(input.l, [_, b]); a == b])"),
    evaluate: "data.p.r",
    input: { l: list(5000, (index) => index) },
  },
  "a query": { evaluate: `count([1 | some a in ${range(5000)}; some b in ${range(5000)}; a == b])` },
};

const memory: Record<string, Case> = {
  "array of arrays": value(`count([[a, b, "text"] | some a in ${range(2000)}; some b in ${range(2000)}])`),
  set: value(`count({x | some a in ${range(2000)}; some b in ${range(2000)}; x := a * 10000 + b})`),
  object: value(`count({sprintf("%d", [a * 10000 + b]): [a] | some a in ${range(2000)}; some b in ${range(2000)}})`),
  "array, by plan": {
    load: rules("r := count([[a, b] | some a in input.l; some b in input.l])"),
    evaluate: "data.p.r",
    input: { l: list(3000, (index) => index) },
  },
  "partial set": {
    load: rules("s contains [a, b] if {\n\tsome a in input.l\n\tsome b in input.l\n}\nr := count(s)"),
    evaluate: "data.p.r",
    input: { l: list(3000, (index) => index) },
  },
  "text that grows": body(
    `a := concat("", ["a" | some _ in ${range(1000)}])\n${chain(6, (name) => `replace(${name}, "a", "aaaaaaaaaaaaaaaaaaaa")`)}\nx := count(g)`,
  ),
  padding: value('count(sprintf("%100000000d", [1]))'),
  range: value("count(numbers.range(1, 1000000000))"),
  addresses: value('count(net.cidr_expand("0.0.0.0/0"))'),
  "shifted number": value("bits.lsh(1, 1000000000)"),
  "squared number": body(`a := 123456789012345678901234567890\n${chain(18, (name) => `${name} * ${name}`)}\nx := s`),
  "answer that repeats itself": { load: rules(`${twice("a", 30)}\nr := a30`), evaluate: "data.p.r", input: { a: 1 } },
};

const builtins: Record<string, Case> = {
  sort: {
    load: rules("r := count(sort(input.l))"),
    evaluate: "data.p.r",
    input: { l: list(100_000, (index) => (index * 7919) % 100_003) },
  },
  "json.marshal of a value that repeats itself": {
    load: rules(`${twice("a", 30)}\nr := count(json.marshal(a30))`),
    evaluate: "data.p.r",
    input: { a: 1 },
  },
  "comparison of a value that repeats itself": {
    load: rules(`${twice("a", 30)}\n${twice("b", 30)}\nr := a30 == b30`),
    evaluate: "data.p.r",
    input: { a: 1 },
  },
  "walk of a value that repeats itself": {
    load: rules(`${twice("a", 30)}\nr := count([1 | walk(a30, [_, _])])`),
    evaluate: "data.p.r",
    input: { a: 1 },
  },
  "sprintf of a value that repeats itself": {
    load: rules(`${twice("a", 30)}\nr := count(sprintf("%v", [a30]))`),
    evaluate: "data.p.r",
    input: { a: 1 },
  },
  "array.flatten of a value that repeats itself": {
    load: rules(`${twice("a", 30)}\nr := count(array.flatten(a30))`),
    evaluate: "data.p.r",
    input: { a: 1 },
  },
  "number of many digits": { load: rules("r := to_number(input.t)"), evaluate: "data.p.r", input: { t: "9".repeat(500_000) } },
  "pattern of many states": {
    load: rules("r := regex.match(input.p, input.t)"),
    evaluate: "data.p.r",
    input: { p: "((((a{1,100}){1,100}){1,100}){1,100}){1,100}", t: "a".repeat(1000) },
  },
  "pattern on a long text": {
    load: rules("r := regex.match(input.p, input.t)"),
    evaluate: "data.p.r",
    input: { p: "^(([a-z])+.)+[A-Z]([a-z])+$", t: "a".repeat(900_000) },
  },
  "patterns, many": {
    load: rules(`r := count([1 | some i in ${range(100_000)}; regex.match(sprintf("^[a-z]{1,40}%d(x|y)*$", [i]), input.t)])`),
    evaluate: "data.p.r",
    input: { t: "abc" },
  },
  "regex.find_n": {
    load: rules('r := count(regex.find_n(".*?b?", input.t, -1))'),
    evaluate: "data.p.r",
    input: { t: "a".repeat(500_000) },
  },
  "regex.split": { load: rules('r := count(regex.split("", input.t))'), evaluate: "data.p.r", input: { t: "a".repeat(500_000) } },
  "glob of many alternatives": {
    load: rules("r := glob.match(input.p, [], input.t)"),
    evaluate: "data.p.r",
    input: { p: "{a,b}".repeat(5000), t: "a".repeat(5000) },
  },
  "glob of many stars": {
    load: rules("r := glob.match(input.p, [], input.t)"),
    evaluate: "data.p.r",
    input: { p: "*a".repeat(5000), t: "a".repeat(50_000) },
  },
  split: { load: rules('r := count(split(input.t, ""))'), evaluate: "data.p.r", input: { t: "a".repeat(900_000) } },
  indexof_n: { load: rules('r := count(indexof_n(input.t, "aa"))'), evaluate: "data.p.r", input: { t: "a".repeat(900_000) } },
  "strings.replace_n": {
    load: rules("r := count(strings.replace_n(input.o, input.t))"),
    evaluate: "data.p.r",
    input: { o: Object.fromEntries(list(2000, (index) => [`b${index}`, "c"])), t: "ab".repeat(200_000) },
  },
  "net.cidr_merge": {
    load: rules("r := count(net.cidr_merge(input.l))"),
    evaluate: "data.p.r",
    input: { l: list(30_000, (index) => `10.${index >> 8}.${index & 255}.1/32`) },
  },
  "net.cidr_contains_matches": {
    load: rules("r := count(net.cidr_contains_matches(input.l, input.l))"),
    evaluate: "data.p.r",
    input: { l: list(5000, (index) => `10.${index >> 8}.${index & 255}.1/32`) },
  },
  "graph.reachable": {
    load: rules('r := count(graph.reachable(input.g, {"0"}))'),
    evaluate: "data.p.r",
    input: { g: Object.fromEntries(list(1000, (index) => [`${index}`, list(80, (to) => `${(index * 31 + to) % 1000}`)])) },
  },
  "graph.reachable_paths": {
    load: rules('r := count(graph.reachable_paths(input.g, {"0"}))'),
    evaluate: "data.p.r",
    input: { g: Object.fromEntries(list(40, (index) => [`${index}`, [`${index * 2 + 1}`, `${index + 1}`, `${index + 2}`]])) },
  },
  "object.union_n": {
    load: rules("r := count(object.union_n([o | some i in numbers.range(1, 2000); o := input.o]))"),
    evaluate: "data.p.r",
    input: { o: Object.fromEntries(list(2000, (index) => [`b${index}`, index])) },
  },
  "union of sets": {
    load: rules("r := count(union({s | some i in numbers.range(1, 3000); s := {x | some j in numbers.range(1, 100); x := i * j}}))"),
    evaluate: "data.p.r",
  },
  "json.patch that nests": {
    load: rules("r := count(json.patch(input.d, input.o))"),
    evaluate: "data.p.r",
    input: { d: { a: {} }, o: list(20_000, () => ({ op: "copy", from: "/a", path: "/a/a" })) },
  },
  "json.patch that copies": {
    load: rules('r := json.patch(input.d, [{"op": "copy", "from": "/a", "path": sprintf("/a/%d", [i])} | some i in numbers.range(1, 30)])'),
    evaluate: "data.p.r",
    input: { d: { a: {} } },
  },
  "graphql, fragments that double": {
    load: rules('r := graphql.is_valid(input.q, "type Query { a: Int }")'),
    evaluate: "data.p.r",
    input: {
      q: `{ __schema { ...a0 } } ${lines(40, (index) => `fragment a${index} on __Schema { ...a${index + 1} ...a${index + 1} }`)}
fragment a40 on __Schema { description }`,
    },
  },
  "graphql, fields of one name": {
    load: rules('r := graphql.is_valid(input.q, "type Query { a: Query }")'),
    evaluate: "data.p.r",
    input: { q: `{ ${"a { __typename } ".repeat(20_000)} }` },
  },
  "graphql.parse_schema": {
    load: rules("r := count(graphql.parse_schema(input.s).Definitions)"),
    evaluate: "data.p.r",
    input: { s: lines(30_000, (index) => `type A${index} { a: Int }`) },
  },
  "template of ranges": {
    load: rules('r := count(strings.render_template(input.t, {"l": input.l}))'),
    evaluate: "data.p.r",
    input: { t: `${"{{range $.l}}".repeat(4)}x${"{{end}}".repeat(4)}`, l: list(1000, (index) => index) },
  },
  "json.unmarshal": {
    load: rules("r := count(json.unmarshal(input.t))"),
    evaluate: "data.p.r",
    input: { t: `[${"1,".repeat(400_000)}1]` },
  },
  "crypto.sha256, many": {
    load: rules(`r := count([h | some i in ${range(100_000)}; h := crypto.sha256(input.t)])`),
    evaluate: "data.p.r",
    input: { t: "a".repeat(100_000) },
  },
  base64: {
    load: rules("r := count(base64.encode(base64.encode(base64.encode(base64.encode(input.t)))))"),
    evaluate: "data.p.r",
    input: { t: "a".repeat(900_000) },
  },
};

const inputs: Record<string, Case> = {
  "too deep": { evaluate: "is_array(input)", inputText: "[".repeat(500_000) },
  "too long": { evaluate: "is_string(input)", inputText: JSON.stringify("a".repeat(MEBIBYTE)) },
  wide: { evaluate: "count(input)", inputText: `[${"{},".repeat(300_000)}{}]` },
  "objects of one key": { evaluate: "count(input)", inputText: `[${'{"a":{"b":1}},'.repeat(70_000)}{}]` },
  "by plan, wide": { load: rules("r := input.a"), evaluate: "data.p.r", inputText: `{"b":[${"{},".repeat(300_000)}{}],"a":1}` },
  "number of many digits": { evaluate: "input", inputText: "9".repeat(MEBIBYTE - 1) },
  "data too deep": { data: JSON.parse(`${'{"a":'.repeat(1000)}1${"}".repeat(1000)}`) },
  "data too long": { data: { a: "a".repeat(17 * MEBIBYTE) } },
};

const texts: Record<string, Case> = {
  brackets: { load: rules(`x := ${"[".repeat(100_000)}${"]".repeat(100_000)}`) },
  "nested literals": { load: rules(`x := ${'{"a": '.repeat(16)}1${"}".repeat(16)}`) },
  "nested literals, as many as may be": { load: rules(lines(14, (index) => `x${index} := ${'{"a": '.repeat(13)}1${"}".repeat(13)}`)) },
  "nested literals, many": { load: rules(lines(2000, (index) => `x${index} := ${'{"a": '.repeat(13)}1${"}".repeat(13)}`)) },
  "nested comprehensions": { load: rules(lines(500, (index) => `x${index} := ${"[y | y := ".repeat(7)}1${"]".repeat(7)}`)) },
  "nested calls": { load: rules(lines(2000, (index) => `x${index} := ${"abs(".repeat(15)}1${")".repeat(15)}`)) },
  "long sum": { load: rules(`x := ${"1 + ".repeat(100_000)}1`) },
  "rules that use each other": { load: rules(`r0 := 1\n${lines(10_000, (index) => `r${index + 1} := r${index} + 1`)}`) },
  "functions that use each other": { load: rules(`f0(x) := x\n${lines(10_000, (index) => `f${index + 1}(x) := f${index}(x)`)}`) },
  "a rule that uses itself": { load: rules("r := r + 1") },
  "rules that use each other in a ring": { load: rules(`r0 := r2000\n${lines(2000, (index) => `r${index + 1} := r${index} + 1`)}`) },
  "rules that use all before them": {
    load: rules(lines(300, (index) => `r${index} := [${list(index, (other) => `r${other}`).join(", ")}]`)),
  },
  "many rules": { load: rules(lines(20_000, (index) => `r${index} := ${index}`)) },
  "many clauses": { load: rules(lines(20_000, (index) => `r if input.a == ${index}`)) },
  "many clauses of a function": { load: rules(lines(10_000, (index) => `f(${index}) := ${index}`)) },
  "many branches": {
    load: rules(`r := 0 if {\n\tinput.a == 0\n}${list(150, (index) => ` else := ${index} if {\n\tinput.a == ${index}\n}`).join("")}`),
  },
  "a long body": { load: rules(`r if {\n${lines(400, (index) => `\tx${index} := input.a + ${index}`)}\n}`) },
  "a long body in the wrong order": { load: rules(`r if {\n${lines(400, (index) => `\tx${index} = x${index + 1}`)}\n\tx400 = 1\n}`) },
  "many loops in a body": { load: rules(`r if {\n${lines(400, (index) => `\tinput.l[i${index}] == i${index + 1}`)}\n}`) },
  "a long array": { load: rules(`x := [${"1, ".repeat(150_000)}1]`) },
  "a long object": { load: rules(`x := {${list(60_000, (index) => `"k${index}": 1`).join(", ")}}`) },
  "a long path": { load: rules(`x := input${".a".repeat(100_000)}`) },
  "a long package": { load: `package p${".a".repeat(100_000)}\nx := 1` },
  "a long head": { load: rules(`x${".a".repeat(100_000)} := 1`) },
  "many imports": { load: `package p\n${lines(15_000, (index) => `import data.q${index}.x as y${index}`)}` },
  "many withs": { load: rules(`x := input.a${list(5000, (index) => ` with input.a${index} as 1`).join("")}`) },
  "a long name": { load: rules(`${"x".repeat(MEBIBYTE - 100)} := 1`) },
  "a long comment": { load: rules(`# ${"x".repeat(MEBIBYTE - 100)}\nx := 1`) },
  "too long": { load: rules(`x := "${"x".repeat(2 * MEBIBYTE)}"`) },
  "many policies": {
    load: Object.fromEntries(list(2000, (index) => [`p${index}`, `package p${index}\nx := ${lines(20, () => "1 +")} 1`])),
  },
  "many packages in one": { load: Object.fromEntries(list(1000, (index) => [`p${index}`, `package p\nx${index} := ${index}`])) },
  "a long head in brackets": { load: rules(`x${'["a"]'.repeat(100_000)} := 1`) },
  "patch that nests": { data: { a: {} }, patch: list(20_000, () => ({ op: "copy", from: "/a", path: "/a/a" })) },
  "patch that copies": { data: { a: {} }, patch: list(40, (index) => ({ op: "copy", from: "/a", path: `/a/${index}` })) },
};

/** All cases. */
export const CASES: NamedCase[] = Object.entries({ loops, memory, builtins, inputs, texts }).flatMap(([group, cases]) =>
  Object.entries(cases).map(([name, one]) => ({ group, name, ...one })),
);
