// Statements of Rego, as texts: aimed at what has a plan, with a little of what has none.
import { at, COMPARISONS, PATTERNS, Terms, type Want } from "./terms.ts";
import { DATA_PATHS, INPUT_PATHS } from "./vocabulary.ts";

/** Writes what stands in bodies and heads. */
export class Writer extends Terms {
  /** Statements of a body. */
  override body(count: number, depth: number): string[] {
    const statements = this.random.times(count, () => this.#statement(depth)).flat();
    // Mostly in an order in which each variable has its value: another one must be found by who evaluates.
    if (!this.random.chance(0.08)) return statements;
    return this.random.shuffled(statements);
  }

  /** One statement, or a few that belong together. */
  #statement(depth: number): string[] {
    const { random } = this;
    return random.weighted<string[]>([
      [5, () => [`${this.reference("any")} ${random.of(["==", "==", "==", "!=", "="])} ${this.constant("any")}`]],
      [4, () => [this.comparison(depth)]],
      [2, () => [this.reference("any")]],
      [1, () => [this.term("any", depth)]],
      [2, () => [this.#truth(depth)]],
      [2, () => [this.#membership(depth)]],
      [1.5, () => [`not ${this.#condition(depth)}`]],
      [1.5, () => [`not ${this.#deniable(depth)}`]],
      [0.7, () => this.#alias()],
      [4, () => this.#assignment(depth)],
      [4, () => this.#iteration(depth)],
      [depth > 0 ? 2 : 0, () => [this.#every(depth)]],
      [0.4, () => [`${this.#condition(0)} with input${random.of(["", ".a", ".user.b"])} as ${this.constant("any")}`]],
      [0.2, () => [`walk(${this.reference("collection")}, [${this.declare("array")}, ${this.declare()}])`]],
      [0.3, () => [`[${this.declare()}, ${this.constant("any")}] = ${this.reference("collection")}`]],
      [0.3, () => [`${this.object()} ${random.of(["=", ":="])} ${this.reference("any")}${random.chance(0.5) ? "[_]" : ""}`]],
      [0.3, () => [`[${this.declare()}, ${this.declare()}] := ${this.reference("collection")}`]],
      [0.15, () => [`print(${this.reference("any")})`]],
    ]);
  }

  #membership(depth: number): string {
    const { random } = this;
    const key = random.chance(0.15) ? `${this.term("any", 0)}, ` : "";
    return `${key}${this.term("any", 0)} in ${this.term("collection", depth - 1)}`;
  }

  #condition(depth: number): string {
    const { random } = this;
    return random.weighted<string>([
      [3, () => this.reference("any")],
      [3, () => this.comparison(depth)],
      [2, () => this.#membership(depth)],
      [1, () => this.#truth(depth)],
      [2, () => this.rule("any", 0) ?? this.reference("any")],
      [0.5, () => `${this.reference("collection")}[_]`],
      [0.5, () => `${this.reference("any")} = ${this.constant("any")}`],
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
      [3, () => `${plain()} ${random.of(["==", "="])} ${this.constant("any")}`],
      [1, () => `${plain()} == ${at("data.d", random.of(DATA_PATHS.any))}`],
      [rules.length > 0 ? 3 : 0, () => random.of(rules).name],
      [sets.length > 0 ? 2 : 0, () => `${this.constant("any")} in ${random.of(sets).name}`],
      [depth > 0 ? 1 : 0, () => `count(${this.comprehension(depth - 1)}) ${random.of(["==", ">", "<"])} ${random.of(["0", "1"])}`],
      [1, () => this.#known() ?? plain()],
    ]);
  }

  /** A comparison of variables, which have values where they stand. */
  #known(): string | undefined {
    const left = this.variable("any");
    return left && `${left} ${this.random.of(COMPARISONS)} ${this.random.chance(0.5) ? this.constant("any") : this.variable("any")}`;
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
    const [constant, operator] = [this.constant("any"), random.of(COMPARISONS)];
    // An item of an item needs what can have items.
    const base = this.reference("collection");
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
      [0.8, () => [`some ${this.object()} in ${collection}`]],
    ]);
  }

  /** A variable that has the value of another one, and by which something is looked up: it must have it then. */
  #alias(): string[] {
    const { random } = this;
    const [base, key, name] = [this.reference("collection"), this.declare(), this.declare()];
    const given = random.weighted<string>([
      [3, () => `${name} := ${key}`],
      [2, () => `${name} = ${key}`],
      [1, () => `${key} = ${name}`],
      [1, () => `${name} := [${key}, ${this.constant("any")}]`],
      [1, () => `[${name}, ${this.declare()}] := [${key}, ${this.constant("any")}]`],
    ]);
    const found = `${this.reference("collection")}[${name}]`;
    const test = `${found}${random.of(["", "", ` ${random.of(["==", "!="])} ${this.constant("any")}`])}`;
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
    return this.random.chance(0.4) ? [...statements, `${this.reference("collection")}[${name}]`] : statements;
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
      [3, () => `${this.random.of(["startswith", "endswith", "contains"])}(${term("text")}, ${this.constant("text")})`],
      [1, () => `regex.match(${this.random.of(PATTERNS)}, ${term("text")})`],
      [1, () => `glob.match(${this.random.of(['"a*"', '"*"', '"?.*"'])}, ["."], ${term("text")})`],
      [
        2,
        () =>
          `${this.random.of(["is_number", "is_string", "is_boolean", "is_null", "is_array", "is_object", "is_set"])}(${this.reference("any")})`,
      ],
      [1, () => `json.is_valid(${term("text")})`],
      [0.5, () => `object.subset(${this.reference("collection")}, ${this.reference("collection")})`],
      [0.5, () => `strings.any_prefix_match(${this.reference("collection")}, ${this.constant("text")})`],
    ]);
  }
}
