// Generates terms of Rego.
import type { Random } from "../lib/random.ts";
import { callOf, type Parts, type Want } from "./calls.ts";
import { DATA_PATHS, INPUT_PATHS, NUMBERS, TEXTS } from "./vocabulary.ts";

/** The kind of a term; `any` if only the evaluation decides it. */
export type Kind = "number" | "text" | "truth" | "null" | "array" | "object" | "set" | "any";
/** A rule that may be used, by its name at the place of use. */
export type Usable = { name: string; kind: Kind; parameters: number };
/** The context of a clause; see the fields of {@link Terms}. */
export type Surroundings = { rules: Usable[]; taken: string[]; packages: string[]; logic: boolean };
type Variable = { name: string; kind: Kind };

export const COMPARISONS = ["==", "==", "==", "!=", "<", "<=", ">", ">="] as const;
const NAMES = ["x", "y", "z", "i", "k", "v", "item"] as const;

/** Writes terms with the variables in scope. */
export abstract class Terms {
  readonly random: Random;
  /** Rules and functions that may be used: earlier ones, so that no rule is recursive. */
  readonly rules: Usable[];
  /** Names of imports and rules, which a local variable may shadow. */
  readonly taken: string[];
  /** Packages that may be read as documents. */
  readonly packages: string[];
  /** Whether the policy imports the operators `and` and `or`, and `not` before a body. */
  readonly logic: boolean;
  #scopes: Variable[][] = [[]];
  #names = 0;

  constructor(random: Random, { rules, taken, packages, logic }: Surroundings) {
    this.random = random;
    this.rules = rules;
    this.taken = taken;
    this.packages = packages;
    this.logic = logic;
  }

  /** Writes in a new scope. */
  scoped<T>(write: () => T): T {
    this.#scopes.push([]);
    try {
      return write();
    } finally {
      this.#scopes.pop();
    }
  }

  /** The name of a new variable: mostly an unused one. */
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

  /** Statements of a body; comprehensions have bodies too. */
  abstract body(count: number, depth: number): string[];

  /** A term that may be of the requested kind. */
  term(want: Want, depth: number): string {
    const { random } = this;
    const deep = depth > 0 ? 1 : 0;
    return random.weighted<string>([
      [5, () => this.reference(want)],
      [3, () => this.constant(want)],
      [4, () => this.variable(want) ?? this.reference(want)],
      [3, () => this.rule(want, depth) ?? this.reference(want)],
      [3 * deep, () => callOf(want, this.#parts(depth - 1))],
      [(want === "text" || want === "any" ? 0.7 : 0) * deep, () => this.#template(depth - 1)],
      [0.4 * deep, () => this.#indexed(depth - 1)],
      [(want === "collection" || want === "any" ? 0.4 : 0) * deep, () => this.#packageValue() ?? this.reference(want)],
      [
        (want === "number" ? 3 : 0) * deep,
        () => `${this.term("number", depth - 1)} ${random.of(["+", "-", "*", "/", "%"])} ${this.term("number", 0)}`,
      ],
      [(want === "collection" ? 2 : 0) * deep, () => `(${this.#set(depth - 1)} ${random.of(["|", "&", "-"])} ${this.#set(depth - 1)})`],
      [(want === "collection" || want === "any" ? 2 : 0) * deep, () => this.comprehension(depth - 1)],
      [(want === "collection" || want === "any" ? 1 : 0) * deep, () => this.#literal(depth - 1)],
      [0.3 * deep, () => `${this.reference("collection")}[${this.term("any", depth - 1)}]`],
      [want === "any" ? 0.4 * deep : 0, () => `(${this.comparison(depth - 1)})`],
    ]);
  }

  /** A template string. */
  #template(depth: number): string {
    const { random } = this;
    const parts = random.times(random.from(1, 3), () =>
      random.chance(0.4) ? random.of(["a", " ", "-", ""]) : `{${this.term("any", depth)}}`,
    );
    return `$"${parts.join("").replaceAll('"', "'")}"`.replaceAll(/\{[^}]*'[^}]*\}/g, "{input.a}");
  }

  /** An item of a value that is not a document. */
  #indexed(depth: number): string {
    const { random } = this;
    const key = () => this.variable("any") ?? random.of(["0", "1", '"a"']);
    return random.weighted<string>([
      [2, () => `[${random.times(random.from(1, 3), () => this.term("any", 0)).join(", ")}][${key()}]`],
      [2, () => `{"a": ${this.term("any", 0)}, "1": ${this.term("any", 0)}}[${key()}]`],
      [2, () => `${callOf("collection", this.#parts(depth))}[${random.chance(0.3) ? "_" : key()}]`],
      [1, () => `${this.comprehension(depth)}[${random.chance(0.3) ? "_" : key()}]`],
    ]);
  }

  /** A package as an object, or a part of it. */
  #packageValue(): string | undefined {
    const { random } = this;
    if (this.packages.length === 0) return undefined;
    const name = random.of(this.packages);
    return random.weighted<string>([
      [2, () => name],
      [1, () => `${name}[_]`],
      [1, () => `${name}[${this.variable("text") ?? '"l0"'}]`],
      [1, () => `${name}[${random.of(["k", "v"])}]`],
    ]);
  }

  /** A comprehension of any kind, at most `depth` deep. */
  comprehension(depth: number): string {
    const { random } = this;
    return this.scoped(() => {
      const body = this.body(random.from(1, 2), depth).join("; ");
      const value = this.variable("any") ?? this.term("any", 0);
      return random.weighted<string>([
        [2, () => `[${value} | ${body}]`],
        [2, () => `{${value} | ${body}}`],
        [1, () => `{${this.variable("any") ?? this.term("any", 0)}: ${value} | ${body}}`],
      ]);
    });
  }

  #variables(): Variable[] {
    return this.#scopes.flat();
  }

  protected variable(want: Want): string | undefined {
    const fits = this.#variables().filter(({ kind }) => kind === "any" || isOf(kind, want));
    return fits.length > 0 ? this.random.of(fits.slice(-4)).name : undefined;
  }

  protected reference(want: Want): string {
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

  /** A reference with a computed key. */
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
      [3, () => this.variable(want) ?? "input.b"],
      [2, () => this.reference("text")],
      [1, () => random.of(["0", "1", "1.0", "-1", "2"])],
      [0.3, () => this.constant("any")],
    ]);
    return `${base}[${key}]${random.chance(0.3) ? random.of([".a", ".roles", '["1"]', ".n", "[0]"]) : ""}`;
  }

  protected rule(want: Want, depth: number): string | undefined {
    const { random } = this;
    const fits = this.rules.filter(({ kind }) => kind === "any" || isOf(kind, want));
    if (fits.length === 0) return undefined;
    const { name, parameters, kind } = random.of(fits);
    if (parameters > 0) return `${name}(${random.times(parameters, () => this.term("any", depth > 0 ? depth - 1 : 0)).join(", ")})`;
    if (kind === "object" && random.chance(0.5))
      return `${name}${random.of([".a", '["1"]', "[input.b]", ".b", "[_]", ".a[_]", ".a.b", "[k]"])}`;
    if (kind === "set" && random.chance(0.4)) return `${name}[${random.chance(0.3) ? "_" : this.term("any", 0)}]`;
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
  protected object(): string {
    const { random } = this;
    const value = () =>
      random.weighted<string>([
        [3, () => this.declare()],
        [2, () => this.constant("any")],
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

  /** A constant of the requested kind. */
  constant(want: Want = "any"): string {
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

  protected comparison(depth: number): string {
    return `${this.term("any", depth - 1)} ${this.random.of(COMPARISONS)} ${this.term("any", depth - 1)}`;
  }

  /** Makers of arguments of builtin calls. */
  #parts(depth: number): Parts {
    const { random } = this;
    return {
      random,
      number: () => this.term("number", depth),
      text: () => this.term("text", depth),
      any: () => this.reference("any"),
      list: () => random.of([this.reference("collection"), this.variable("any") ?? "data.d.numbers", "data.d.numbers", "data.d.texts"]),
      collection: () => this.reference("collection"),
      constant: (want) => this.constant(want),
    };
  }
}

/** A path below a document. */
export function at(root: string, path: string): string {
  return path.startsWith("[") ? root + path : `${root}.${path}`;
}

function isOf(kind: Kind, want: Want): boolean {
  if (want === "any") return true;
  if (want === "collection") return kind === "array" || kind === "object" || kind === "set";
  return kind === want;
}
