// Generates statements of Rego.
import { REPLACEABLE } from "./calls.ts";
import { Conditions } from "./conditions.ts";
import { COMPARISONS } from "./terms.ts";

/** Writes bodies and heads. */
export class Writer extends Conditions {
  /** Statements of a body. */
  override body(count: number, depth: number): string[] {
    const statements = this.random.times(count, () => this.#statement(depth)).flat();
    // Mostly in an order in which each variable has its value. In another order the evaluator must reorder them.
    if (!this.random.chance(0.12)) return statements;
    return this.random.shuffled(statements);
  }

  /** Statements in braces, in their own scope. */
  #braced(depth: number): string {
    return this.scoped(() => `{ ${this.body(this.random.from(1, 2), depth - 1).join("; ")} }`);
  }

  /** One statement, or a few that belong together. */
  #statement(depth: number): string[] {
    const { random } = this;
    return random.weighted<string[]>([
      [5, () => [`${this.reference("any")} ${random.of(["==", "==", "==", "!=", "="])} ${this.constant("any")}`]],
      [4, () => [this.comparison(depth)]],
      [2, () => [this.reference("any")]],
      [1, () => [this.term("any", depth)]],
      [2, () => [this.truth(depth)]],
      [2, () => [this.membership(depth)]],
      [1.5, () => [`not ${this.condition(depth)}`]],
      [1.5, () => [`not ${this.deniable(depth)}`]],
      [0.7, () => this.#alias()],
      [4, () => this.#assignment(depth)],
      [4, () => this.#iteration(depth)],
      [depth > 0 ? 2 : 0, () => [this.#every(depth)]],
      [1.6, () => [this.#replaced(depth)]],
      [0.4, () => this.#walk()],
      [0.9, () => this.#unified()],
      [0.3, () => [`${this.object()} ${random.of(["=", ":="])} ${this.reference("any")}${random.chance(0.5) ? "[_]" : ""}`]],
      [0.4, () => this.#output()],
      [this.logic && depth > 0 ? 3 : 0, () => [this.#logical(depth)]],
      [0.15, () => [`print(${this.reference("any")})`]],
    ]);
  }

  /** A statement with one or several `with` modifiers, on input, data, rules and functions. */
  #replaced(depth: number): string {
    const { random } = this;
    const functions = this.rules.filter(({ parameters }) => parameters > 0);
    const rules = this.rules.filter(({ parameters }) => parameters === 0);
    const value = () =>
      random.weighted<string>([
        [3, () => this.constant("any")],
        [2, () => this.reference("any")],
        [2, () => this.rule("any", 0) ?? this.constant("any")],
        [1, () => this.variable("any") ?? this.constant("any")],
        [0.5, () => this.term("any", 1)],
      ]);
    const replacement = (parameters: number) => {
      const fits = functions.filter((other) => other.parameters === parameters);
      return fits.length > 0 && random.chance(0.5) ? random.of(fits).name : value();
    };
    const modifier = () =>
      random.weighted<string>([
        [3, () => `input${random.of(["", ".a", ".user.b", ".list", ".user"])} as ${value()}`],
        [2, () => `data.d${random.of(["", ".a", ".users.a", ".list", ".roles", ".new.b"])} as ${value()}`],
        [rules.length > 0 ? 2 : 0, () => `${random.of(rules).name} as ${value()}`],
        [
          functions.length > 0 ? 2 : 0,
          () => {
            const { name, parameters } = random.of(functions);
            return `${name} as ${replacement(parameters)}`;
          },
        ],
        [
          1.5,
          () => {
            const [name, parameters] = random.of(REPLACEABLE);
            return `${name} as ${replacement(parameters)}`;
          },
        ],
      ]);
    const modifiers = random.times(
      random.weighted<number>([
        [3, () => 1],
        [2, () => 2],
        [0.5, () => 3],
      ]),
      modifier,
    );
    const statement = random.weighted<string>([
      [4, () => this.condition(depth - 1)],
      [2, () => `${this.declare()} := ${this.rule("any", 0) ?? this.term("any", 1)}`],
      [1.5, () => `not ${this.condition(depth - 1)}`],
      [1, () => `${this.declare()} = ${this.rule("any", 0) ?? this.reference("any")}`],
      [0.5, () => `some ${this.declare()} in ${this.term("collection", 0)}`],
      [depth > 0 ? 0.5 : 0, () => this.#every(depth)],
    ]);
    return `${statement} ${modifiers.map((one) => `with ${one}`).join(" ")}`;
  }

  #walk(): string[] {
    const { random } = this;
    const collection = this.random.chance(0.8) ? this.reference("collection") : (this.rule("collection", 0) ?? "data.d.c");
    return random.weighted<string[]>([
      [2, () => [`walk(${collection}, [${this.declare("array")}, ${this.declare()}])`]],
      [1, () => [`[${this.declare("array")}, ${this.declare()}] := walk(${collection})`]],
      [1, () => [`walk(${collection}, [${random.of(['["a"]', '["a", _]', "_"])}, ${this.declare()}])`]],
      [0.5, () => [`walk(${collection}, ${this.declare("array")})`]],
    ]);
  }

  /** A unification with values and patterns on both sides. */
  #unified(): string[] {
    const { random } = this;
    const side = () =>
      random.weighted<string>([
        [3, () => this.declare()],
        [2, () => this.reference("any")],
        [1, () => this.constant("any")],
        [0.4, () => "_"],
      ]);
    return random.weighted<string[]>([
      [2, () => [`[${side()}, ${side()}] = [${side()}, ${side()}]`]],
      [1, () => [`[${this.declare()}, ${this.constant("any")}] = ${this.reference("collection")}`]],
      [1, () => [`[${this.declare()}, ${this.declare()}] := ${this.reference("collection")}`]],
      [1, () => [`[${this.declare()}, [${this.declare()}, _]] = ${this.reference("collection")}`]],
      [1, () => [`{"a": ${side()}, "b": ${side()}} = {"a": ${side()}, "b": ${side()}}`]],
      [
        1,
        () => {
          const [left, right] = [this.declare(), this.declare()];
          return random.shuffled([`${left} = ${right}`, `${right} = ${this.term("any", 1)}`]);
        },
      ],
      [0.5, () => [`${this.reference("any")} = ${this.reference("any")}`]],
    ]);
  }

  /** A call whose last argument is its result. */
  #output(): string[] {
    const { random } = this;
    const functions = this.rules.filter(({ parameters }) => parameters > 0);
    const result = () => (random.chance(0.75) ? this.declare() : this.constant("any"));
    return random.weighted<string[]>([
      [2, () => [`count(${this.reference("collection")}, ${result()})`]],
      [1, () => [`upper(${this.term("text", 0)}, ${result()})`]],
      [1, () => [`split(${this.term("text", 0)}, "a", ${result()})`]],
      [1, () => [`plus(${this.term("number", 0)}, 1, ${result()})`]],
      [
        functions.length > 0 ? 3 : 0,
        () => {
          const { name, parameters } = random.of(functions);
          return [`${name}(${random.times(parameters, () => this.term("any", 0)).join(", ")}, ${result()})`];
        },
      ],
    ]);
  }

  /** `and`, `or`, and `not` before a body. */
  #logical(depth: number): string {
    const { random } = this;
    const operand = (): string =>
      random.weighted<string>([
        [3, () => this.condition(0)],
        [1.5, () => `not ${this.reference("any")}`],
        [2, () => this.#braced(depth)],
        [depth > 1 ? 1 : 0, () => `(${operand()} ${random.of(["and", "or"])} ${operand()})`],
      ]);
    return random.weighted<string>([
      [2, () => `${operand()} and ${operand()}`],
      [3, () => `${operand()} or ${operand()}`],
      [1, () => `${operand()} ${random.of(["and", "or"])} ${operand()} ${random.of(["and", "or"])} ${operand()}`],
      [2, () => `not ${this.#braced(depth)}`],
    ]);
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
    // The base of a nested item must be a collection.
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
      [0.6, () => this.#ruleItems() ?? named()],
    ]);
  }

  /** Keys and values of partial rules. */
  #ruleItems(): string[] | undefined {
    const { random } = this;
    const rules = this.rules.filter(({ kind, parameters }) => parameters === 0 && (kind === "object" || kind === "set"));
    if (rules.length === 0) return undefined;
    const { name } = random.of(rules);
    return random.weighted<string[]>([
      [2, () => [`${name}[${this.declare()}]`]],
      [1, () => [`${this.declare()} := ${name}[${this.declare()}]`]],
      [1, () => [`${name}[${this.declare()}][${this.declare()}]`]],
      [1, () => [`some ${this.declare()}, ${this.declare()} in ${name}`]],
      [1, () => [`${this.declare()} = ${name}[${random.of(['"a"', "_", "input.b"])}]`]],
    ]);
  }

  /** A variable with the value of another one, used as a key: it must be bound before the lookup. */
  #alias(): string[] {
    const { random } = this;
    const [base, key, name] = [this.reference("collection"), this.declare(), this.declare()];
    const binding = random.weighted<string>([
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
    const statements = [`${base}[${key}]`, binding, use];
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
}
