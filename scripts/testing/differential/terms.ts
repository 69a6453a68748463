// Terms and statements of Rego, as texts: aimed at what has a plan, with a little of what has none.
import type { Random } from "../random.ts";
import { DATA_PATHS, INPUT_PATHS, NUMBERS, TEXTS } from "./vocabulary.ts";

/** What a term is known to be; `any` where it is only known when it is evaluated. */
export type Kind = "number" | "text" | "truth" | "null" | "array" | "object" | "set" | "any";
/** A rule that may be used, by the name that it has where it is used. */
export type Usable = { name: string; kind: Kind; parameters: number };
type Variable = { name: string; kind: Kind };
type Want = "any" | "number" | "text" | "collection";

const COMPARISONS = ["==", "==", "==", "!=", "<", "<=", ">", ">="] as const;
const NAMES = ["x", "y", "z", "i", "k", "v", "item"] as const;
const PATTERNS = ["`^a`", "`[a-z]+`", "`^.$`", '"A|b"'] as const;

/** Writes what stands in bodies and heads. */
export class Writer {
  readonly random: Random;
  /** Rules and functions that may be used; those before it, so that none uses itself. */
  readonly rules: Usable[];
  /** What imports name, and what a local variable may hide. */
  readonly taken: string[];
  #scopes: Variable[][] = [[]];
  #names = 0;

  constructor(random: Random, rules: Usable[], taken: string[]) {
    this.random = random;
    this.rules = rules;
    this.taken = taken;
  }

  /** Writes within a scope of its own. */
  scoped<T>(write: () => T): T {
    this.#scopes.push([]);
    try {
      return write();
    } finally {
      this.#scopes.pop();
    }
  }

  /** The name of a new variable: mostly one that nothing has. */
  declare(kind: Kind = "any"): string {
    const innermost = this.#scopes.at(-1) as Variable[];
    let name = this.random.weighted<string>([
      [30, () => this.random.of(NAMES)],
      [this.taken.length > 0 ? 1 : 0, () => this.random.of(this.taken)],
      [0.3, () => this.random.of(["count", "upper", "sum"])],
    ]);
    if (this.#scopes.length > 1 ? innermost.some((one) => one.name === name) : this.#variables().some((one) => one.name === name)) {
      this.#names += 1;
      name = `n${this.#names}`;
    }
    innermost.push({ name, kind });
    return name;
  }

  /** Statements of a body. */
  body(count: number, depth: number): string[] {
    const statements = this.random.times(count, () => this.statement(depth)).flat();
    // Mostly in an order in which each variable has its value: another one must be found by who evaluates.
    if (!this.random.chance(0.08)) return statements;
    return this.random.shuffled(statements);
  }

  /** One statement, or a few that belong together. */
  statement(depth: number): string[] {
    const { random } = this;
    return random.weighted<string[]>([
      [5, () => [`${this.#reference("any")} ${random.of(["==", "==", "==", "!=", "="])} ${this.#constant("any")}`]],
      [4, () => [this.#comparison(depth)]],
      [2, () => [this.#reference("any")]],
      [1, () => [this.term("any", depth)]],
      [2, () => [this.#truth(depth)]],
      [2, () => [this.#membership(depth)]],
      [1.5, () => [`not ${this.#condition(depth)}`]],
      [1.5, () => [`not ${this.#deniable(depth)}`]],
      [0.7, () => this.#alias()],
      [4, () => this.#assignment(depth)],
      [4, () => this.#iteration(depth)],
      [depth > 0 ? 2 : 0, () => [this.#every(depth)]],
      [0.4, () => [`${this.#condition(0)} with input${random.of(["", ".a", ".user.b"])} as ${this.#constant("any")}`]],
      [0.2, () => [`walk(${this.#reference("collection")}, [${this.declare("array")}, ${this.declare()}])`]],
      [0.3, () => [`[${this.declare()}, ${this.#constant("any")}] = ${this.#reference("collection")}`]],
      [0.3, () => [`${this.#object()} ${random.of(["=", ":="])} ${this.#reference("any")}${random.chance(0.5) ? "[_]" : ""}`]],
      [0.3, () => [`[${this.declare()}, ${this.declare()}] := ${this.#reference("collection")}`]],
      [0.15, () => [`print(${this.#reference("any")})`]],
    ]);
  }

  /** A term that may be of the kind that is wanted. */
  term(want: Want, depth: number): string {
    const { random } = this;
    const deep = depth > 0 ? 1 : 0;
    return random.weighted<string>([
      [5, () => this.#reference(want)],
      [3, () => this.#constant(want)],
      [4, () => this.#variable(want) ?? this.#reference(want)],
      [3, () => this.#rule(want, depth) ?? this.#reference(want)],
      [3 * deep, () => this.#call(want, depth - 1)],
      [
        (want === "number" ? 3 : 0) * deep,
        () => `${this.term("number", depth - 1)} ${random.of(["+", "-", "*", "/", "%"])} ${this.term("number", 0)}`,
      ],
      [(want === "collection" ? 2 : 0) * deep, () => `(${this.#set(depth - 1)} ${random.of(["|", "&", "-"])} ${this.#set(depth - 1)})`],
      [(want === "collection" || want === "any" ? 2 : 0) * deep, () => this.comprehension(depth - 1)],
      [(want === "collection" || want === "any" ? 1 : 0) * deep, () => this.#literal(depth - 1)],
      [0.3 * deep, () => `${this.#reference("collection")}[${this.term("any", depth - 1)}]`],
      [want === "any" ? 0.4 * deep : 0, () => `(${this.#comparison(depth - 1)})`],
    ]);
  }

  /** A comprehension of any kind, as deep as may be. */
  comprehension(depth: number): string {
    const { random } = this;
    return this.scoped(() => {
      const body = this.body(random.from(1, 2), depth).join("; ");
      const value = this.#variable("any") ?? this.term("any", 0);
      return random.weighted<string>([
        [2, () => `[${value} | ${body}]`],
        [2, () => `{${value} | ${body}}`],
        [1, () => `{${this.#variable("any") ?? this.term("any", 0)}: ${value} | ${body}}`],
      ]);
    });
  }

  /** A constant, of a wanted kind. */
  constant(): string {
    return this.#constant("any");
  }

  #variables(): Variable[] {
    return this.#scopes.flat();
  }

  #variable(want: Want): string | undefined {
    const fits = this.#variables().filter(({ kind }) => kind === "any" || isOf(kind, want));
    return fits.length > 0 ? this.random.of(fits.slice(-4)).name : undefined;
  }

  #reference(want: Want): string {
    const { random } = this;
    return random.weighted<string>([
      [6, () => at("input", random.of(INPUT_PATHS[random.chance(0.85) ? want : "any"]))],
      [3, () => at("data.d", random.of(DATA_PATHS[random.chance(0.9) ? want : "any"]))],
      [1, () => this.#keyed("any")],
      [this.taken.includes("d") ? 1 : 0, () => at("d", random.of(DATA_PATHS[want]))],
      [this.taken.includes("person") ? 1 : 0, () => `person.${random.of(["a", "b", "list", "list[0]"])}`],
      [this.taken.includes("user") ? 1 : 0, () => `user.${random.of(["a", "b", "list"])}`],
      [0.1, () => "input"],
    ]);
  }

  /** A reference with a key that is computed. */
  #keyed(want: Want): string {
    const { random } = this;
    const base = random.of([
      "input",
      "input.a",
      "input.user",
      "data.d",
      "data.d.users",
      "data.d.roles",
      "data.d.list",
      "input.list",
      'data.d["1"]',
    ]);
    const key = random.weighted<string>([
      [3, () => this.#variable(want) ?? "input.b"],
      [2, () => this.#reference("text")],
      [1, () => random.of(["0", "1", "1.0", "-1", "2"])],
      [0.3, () => this.#constant("any")],
    ]);
    return `${base}[${key}]${random.chance(0.3) ? random.of([".a", ".roles", '["1"]', ".n", "[0]"]) : ""}`;
  }

  #rule(want: Want, depth: number): string | undefined {
    const { random } = this;
    const fits = this.rules.filter(({ kind }) => kind === "any" || isOf(kind, want));
    if (fits.length === 0) return undefined;
    const { name, parameters, kind } = random.of(fits);
    if (parameters > 0) return `${name}(${random.times(parameters, () => this.term("any", depth > 0 ? depth - 1 : 0)).join(", ")})`;
    if (kind === "object" && random.chance(0.5)) return `${name}${random.of([".a", '["1"]', "[input.b]", ".b"])}`;
    if (kind === "set" && random.chance(0.4)) return `${name}[${this.term("any", 0)}]`;
    return name;
  }

  #set(depth: number): string {
    const { random } = this;
    const sets = this.rules.filter(({ kind, parameters }) => kind === "set" && parameters === 0);
    if (sets.length > 0 && random.chance(0.5)) return random.of(sets).name;
    if (random.chance(0.4)) return `{${random.times(random.from(1, 3), () => this.term("any", 0)).join(", ")}}`;
    return `{${this.scoped(() => {
      const collection = this.term("collection", depth);
      const name = this.declare();
      return `${name} | some ${name} in ${collection}`;
    })}}`;
  }

  #literal(depth: number): string {
    const { random } = this;
    const item = () => this.term("any", depth);
    return random.weighted<string>([
      [2, () => `[${random.times(random.below(3), item).join(", ")}]`],
      [1, () => `{${random.times(random.from(1, 3), item).join(", ")}}`],
      [2, () => `{${random.times(random.below(3), () => `${this.#key()}: ${item()}`).join(", ")}}`],
    ]);
  }

  /** An object as a pattern. */
  #object(): string {
    const { random } = this;
    const value = () =>
      random.weighted<string>([
        [3, () => this.declare()],
        [2, () => this.#constant("any")],
        [1, () => "_"],
      ]);
    return `{${["a", "b", "c"]
      .filter(() => random.chance(0.5))
      .map((name) => `"${name}": ${value()}`)
      .join(", ")}}`;
  }

  #key(): string {
    return this.random.chance(0.8) ? JSON.stringify(this.random.of(["a", "b", "1", "c"])) : this.term("text", 0);
  }

  #constant(want: Want): string {
    const { random } = this;
    const number = () => random.of(random.chance(0.8) ? ["0", "1", "2", "3", "1.0"] : NUMBERS);
    const text = () => JSON.stringify(random.of(TEXTS));
    if (want === "number") return number();
    if (want === "text") return text();
    if (want === "collection")
      return random.of(["[1, 2, 3]", '["a", "b"]', '{"a", 1, null}', '{"a": 1, "b": false}', "[]", "{}", "set()", "[[1], [2]]"]);
    return random.weighted<string>([
      [3, number],
      [4, text],
      [3, () => random.of(["true", "false", "null"])],
      [0.5, () => random.of(["[]", "{}", '["a"]', '{"a": 1}', "[1, 1.0]", "{1}"])],
    ]);
  }

  #comparison(depth: number): string {
    return `${this.term("any", depth - 1)} ${this.random.of(COMPARISONS)} ${this.term("any", depth - 1)}`;
  }

  #membership(depth: number): string {
    const { random } = this;
    const key = random.chance(0.15) ? `${this.term("any", 0)}, ` : "";
    return `${key}${this.term("any", 0)} in ${this.term("collection", depth - 1)}`;
  }

  #condition(depth: number): string {
    const { random } = this;
    return random.weighted<string>([
      [3, () => this.#reference("any")],
      [3, () => this.#comparison(depth)],
      [2, () => this.#membership(depth)],
      [1, () => this.#truth(depth)],
      [2, () => this.#rule("any", 0) ?? this.#reference("any")],
      [0.5, () => `${this.#reference("collection")}[_]`],
      [0.5, () => `${this.#reference("any")} = ${this.#constant("any")}`],
    ]);
  }

  /** What is mostly defined, so that what a `not` says of it counts. */
  #deniable(depth: number): string {
    const { random } = this;
    const plain = () => at("input", random.of(INPUT_PATHS.any));
    const rules = this.rules.filter(({ parameters }) => parameters === 0);
    const sets = rules.filter(({ kind }) => kind === "set");
    return random.weighted<string>([
      [3, plain],
      [1, () => at("data.d", random.of(DATA_PATHS.any))],
      [3, () => `${plain()} ${random.of(["==", "="])} ${this.#constant("any")}`],
      [1, () => `${plain()} == ${at("data.d", random.of(DATA_PATHS.any))}`],
      [rules.length > 0 ? 3 : 0, () => random.of(rules).name],
      [sets.length > 0 ? 2 : 0, () => `${this.#constant("any")} in ${random.of(sets).name}`],
      [depth > 0 ? 1 : 0, () => `count(${this.comprehension(depth - 1)}) ${random.of(["==", ">", "<"])} ${random.of(["0", "1"])}`],
      [1, () => this.#known() ?? plain()],
    ]);
  }

  /** A comparison of variables, which have values where they stand. */
  #known(): string | undefined {
    const left = this.#variable("any");
    return left && `${left} ${this.random.of(COMPARISONS)} ${this.random.chance(0.5) ? this.#constant("any") : this.#variable("any")}`;
  }

  #assignment(depth: number): string[] {
    const { random } = this;
    const term = random.chance(0.2) ? `${this.term("collection", 0)}[_]` : this.term("any", depth);
    const operator = random.chance(0.75) ? ":=" : "=";
    const name = this.declare();
    if (operator === "=" && random.chance(0.3)) return [`${term} = ${name}`];
    return [`${name} ${operator} ${term}`];
  }

  #iteration(depth: number): string[] {
    const { random } = this;
    const collection = this.term("collection", random.chance(0.2) ? depth : 0);
    const [constant, operator] = [this.#constant("any"), random.of(COMPARISONS)];
    // An item of an item needs what can have items.
    const base = this.#reference("collection");
    // A variable that `some` declares must be used.
    const use = (name: string) => (random.chance(0.85) ? [`${name} ${random.of(COMPARISONS)} ${this.term("any", 0)}`] : []);
    const named = () => {
      const name = this.declare();
      return [`some ${name} in ${collection}`, ...use(name)];
    };
    const paired = () => {
      const [key, name] = [this.declare(), this.declare()];
      return [`some ${key}, ${name} in ${collection}`, ...use(name), ...use(key)];
    };
    return random.weighted<string[]>([
      [4, named],
      [2, paired],
      [0.5, () => [`some _, ${this.declare()} in ${collection}`]],
      [2, () => [`${base}[_] ${operator} ${constant}`]],
      [1, () => [`${base}[_].${random.of(["a", "n", "on"])} ${operator} ${constant}`]],
      [1, () => [`${base}[_][_] ${operator} ${constant}`]],
      [2, () => [`${base}[${this.declare()}] ${operator} ${constant}`]],
      [1.5, () => this.#some(base, operator, constant)],
      [0.7, () => [`${this.declare()} = ${base}[${this.declare()}]`]],
      [0.5, () => [`some ${this.declare()}, ${constant} in ${collection}`]],
      [0.8, () => [`some ${this.#object()} in ${collection}`]],
    ]);
  }

  /** A variable that has the value of another one, and by which something is looked up: it must have it then. */
  #alias(): string[] {
    const { random } = this;
    const [base, key, name] = [this.#reference("collection"), this.declare(), this.declare()];
    const given = random.weighted<string>([
      [3, () => `${name} := ${key}`],
      [2, () => `${name} = ${key}`],
      [1, () => `${key} = ${name}`],
      [1, () => `${name} := [${key}, ${this.#constant("any")}]`],
      [1, () => `[${name}, ${this.declare()}] := [${key}, ${this.#constant("any")}]`],
    ]);
    const found = `${this.#reference("collection")}[${name}]`;
    const test = `${found}${random.of(["", "", ` ${random.of(["==", "!="])} ${this.#constant("any")}`])}`;
    const use = random.weighted<string>([
      [2, () => test],
      [3, () => `not ${test}`],
      [1, () => `not count([1 | ${test}]) == 1`],
      [1, () => `every n in [1] { ${test}; n }`],
      [1, () => `every n in [1] { not ${test}; n }`],
    ]);
    const statements = [`${base}[${key}]`, given, use];
    return random.chance(0.25) ? random.shuffled(statements) : statements;
  }

  #some(base: string, operator: string, constant: string): string[] {
    const name = this.declare();
    const statements = [`some ${name}`, `${base}[${name}] ${operator} ${constant}`];
    return this.random.chance(0.4) ? [...statements, `${this.#reference("collection")}[${name}]`] : statements;
  }

  #every(depth: number): string {
    const collection = this.term("collection", 0);
    return this.scoped(() => {
      const names = this.random.chance(0.3) ? `${this.declare()}, ${this.declare()}` : this.declare();
      return `every ${names} in ${collection} { ${this.body(this.random.from(1, 2), depth - 1).join("; ")} }`;
    });
  }

  #truth(depth: number): string {
    const term = (want: Want) => this.term(want, depth > 0 ? depth - 1 : 0);
    return this.random.weighted<string>([
      [3, () => `${this.random.of(["startswith", "endswith", "contains"])}(${term("text")}, ${this.#constant("text")})`],
      [1, () => `regex.match(${this.random.of(PATTERNS)}, ${term("text")})`],
      [1, () => `glob.match(${this.random.of(['"a*"', '"*"', '"?.*"'])}, ["."], ${term("text")})`],
      [
        2,
        () =>
          `${this.random.of(["is_number", "is_string", "is_boolean", "is_null", "is_array", "is_object", "is_set"])}(${this.#reference("any")})`,
      ],
      [1, () => `json.is_valid(${term("text")})`],
      [0.5, () => `object.subset(${this.#reference("collection")}, ${this.#reference("collection")})`],
      [0.5, () => `strings.any_prefix_match(${this.#reference("collection")}, ${this.#constant("text")})`],
    ]);
  }

  #call(want: Want, depth: number): string {
    const { random } = this;
    const number = () => this.term("number", depth);
    const text = () => this.term("text", depth);
    const list = () =>
      random.of([this.#reference("collection"), this.#variable("any") ?? "data.d.numbers", "data.d.numbers", "data.d.texts"]);
    const numbers = [
      () => `${random.of(["count", "count", "sum", "max", "min", "product"])}(${list()})`,
      () => `${random.of(["abs", "ceil", "floor", "round"])}(${number()})`,
      () => `to_number(${this.#reference("any")})`,
      () => `indexof(${text()}, ${this.#constant("text")})`,
    ];
    const texts = [
      () => `${random.of(["upper", "lower", "trim_space", "strings.reverse"])}(${text()})`,
      () => `concat(${this.#constant("text")}, ${list()})`,
      () => `sprintf(${random.of(['"%v"', '"%s-%d"', '"%v %v"'])}, [${this.#reference("any")}, ${number()}])`,
      () => `${random.of(["trim", "trim_left", "trim_prefix", "trim_suffix"])}(${text()}, ${this.#constant("text")})`,
      () => `replace(${text()}, "a", ${this.#constant("text")})`,
      () => `substring(${text()}, ${random.of(["0", "1", "-1"])}, ${random.of(["-1", "1"])})`,
      () => `type_name(${this.#reference("any")})`,
      () => `json.marshal(${this.#reference("any")})`,
      () => `format_int(${number()}, ${random.of(["10", "2"])})`,
    ];
    const collections = [
      () => `split(${text()}, ${random.of(['"."', '""', '"a"'])})`,
      () => `array.slice(${list()}, ${random.of(["0", "1", "-1"])}, ${random.of(["1", "2", "9"])})`,
      () => `array.concat(${list()}, ${list()})`,
      () => `sort(${list()})`,
      () => `object.keys(${this.#reference("collection")})`,
      () => `object.union(${this.#reference("collection")}, ${this.#reference("collection")})`,
      () => `object.remove(${this.#reference("collection")}, ["a"])`,
      () => `numbers.range(${random.of(["0", "1", "2"])}, ${random.of(["1", "2", "input.b"])})`,
      () => `union({${list()}, {1}})`,
      () => `regex.split(${random.of(PATTERNS)}, ${text()})`,
    ];
    const others = [
      () =>
        `object.get(${this.#reference("collection")}, ${random.of(['"a"', '["a", "b"]', this.term("any", 0)])}, ${this.#constant("any")})`,
      () => `json.unmarshal(${random.of(['"1"', '"[1, 1.0, null]"', '"{"', this.#reference("text")])})`,
    ];
    const makers = { number: numbers, text: texts, collection: collections, any: [...numbers, ...texts, ...collections, ...others] }[want];
    return random.of(makers)();
  }
}

/** A path behind the name of a document. */
function at(root: string, path: string): string {
  return path.startsWith("[") ? root + path : `${root}.${path}`;
}

function isOf(kind: Kind, want: Want): boolean {
  if (want === "any") return true;
  if (want === "collection") return kind === "array" || kind === "object" || kind === "set";
  return kind === want;
}
