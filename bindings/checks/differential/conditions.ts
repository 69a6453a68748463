// Generates conditions of Rego.
import { PATTERNS, type Want } from "./calls.ts";
import { at, COMPARISONS, Terms } from "./terms.ts";
import { DATA_PATHS, INPUT_PATHS } from "./vocabulary.ts";

const TYPE_TESTS = ["is_number", "is_string", "is_boolean", "is_null", "is_array", "is_object", "is_set"] as const;

/** Writes conditions. */
export abstract class Conditions extends Terms {
  protected membership(depth: number): string {
    const { random } = this;
    const key = random.chance(0.15) ? `${this.term("any", 0)}, ` : "";
    return `${key}${this.term("any", 0)} in ${this.term("collection", depth - 1)}`;
  }

  protected condition(depth: number): string {
    const { random } = this;
    return random.weighted<string>([
      [3, () => this.reference("any")],
      [3, () => this.comparison(depth)],
      [2, () => this.membership(depth)],
      [1, () => this.truth(depth)],
      [2, () => this.rule("any", 0) ?? this.reference("any")],
      [0.5, () => `${this.reference("collection")}[_]`],
      [0.5, () => `${this.reference("any")} = ${this.constant("any")}`],
    ]);
  }

  /** A condition that is mostly defined, so that its negation is meaningful. */
  protected deniable(depth: number): string {
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

  /** A comparison of bound variables. */
  #known(): string | undefined {
    const left = this.variable("any");
    return left && `${left} ${this.random.of(COMPARISONS)} ${this.random.chance(0.5) ? this.constant("any") : this.variable("any")}`;
  }

  protected truth(depth: number): string {
    const term = (want: Want) => this.term(want, depth > 0 ? depth - 1 : 0);
    return this.random.weighted<string>([
      [3, () => `${this.random.of(["startswith", "endswith", "contains"])}(${term("text")}, ${this.constant("text")})`],
      [1, () => `regex.match(${this.random.of(PATTERNS)}, ${term("text")})`],
      [1, () => `glob.match(${this.random.of(['"a*"', '"*"', '"?.*"'])}, ["."], ${term("text")})`],
      [2, () => `${this.random.of(TYPE_TESTS)}(${this.reference("any")})`],
      [1, () => `json.is_valid(${term("text")})`],
      [0.5, () => `object.subset(${this.reference("collection")}, ${this.reference("collection")})`],
      [0.5, () => `strings.any_prefix_match(${this.reference("collection")}, ${this.constant("text")})`],
    ]);
  }
}
