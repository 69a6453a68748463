// Generates rules of all kinds; each clause is one line.
import type { Random } from "../lib/random.ts";
import { Writer } from "./statements.ts";
import type { Kind, Surroundings, Usable } from "./terms.ts";

export type Rule = Usable & { clauses: string[] };

type Making = {
  random: Random;
  name: string;
  writer: () => Writer;
  body: (write: Writer) => string;
};

const KEYS = ['"a"', '"b"', '"1"'] as const;

/** A rule of any kind. */
export function ruleOf(random: Random, name: string, surroundings: Surroundings): Rule {
  const making: Making = {
    random,
    name,
    writer: () => new Writer(random, surroundings),
    body: (write) => write.body(random.from(1, 3), 2).join("; "),
  };
  return random.weighted<Rule>([
    [6, () => complete(making)],
    [3, () => table(making)],
    [3, () => set(making)],
    [2, () => object(making)],
    [2.5, () => referenceHead(making)],
    [4, () => functionOf(making)],
  ]);
}

function someClauses({ random }: Making, make: () => string): string[] {
  return random.times(random.from(1, 3), make);
}

function set(making: Making): Rule {
  const { random, name, writer, body } = making;
  const clauses = someClauses(making, () => {
    const write = writer();
    const text = body(write);
    return `${name} contains ${write.term("any", 1)} if { ${text} }`;
  });
  if (random.chance(0.2)) clauses.push(`${name} contains ${writer().constant()}`);
  return { name, kind: "set", parameters: 0, clauses };
}

function object(making: Making): Rule {
  const { random, name, writer, body } = making;
  const clauses = someClauses(making, () => {
    const write = writer();
    const text = body(write);
    const key = random.chance(0.6) ? write.term("text", 1) : write.term("any", 0);
    return `${name}[${key}] := ${write.term("any", 1)} if { ${text} }`;
  });
  if (random.chance(0.3)) clauses.push(`${name}[${random.of(KEYS)}] := ${writer().constant()}`);
  return { name, kind: "object", parameters: 0, clauses };
}

/** Heads with references: nested values, sets and objects, with keys that are constant or from the body. */
function referenceHead(making: Making): Rule {
  const { random, name, writer, body } = making;
  const shape = random.below(5);
  const clauses = random.times(random.from(1, 4), () => {
    const write = writer();
    const text = body(write);
    const term = () => write.term("any", 1);
    const key = () => (random.chance(0.5) ? random.of(KEYS) : write.term(random.chance(0.7) ? "text" : "any", 0));
    const heads = [
      () => `${name}.${random.of(["a", "b", "a.b"])} := ${term()}`,
      () => `${name}[${key()}][${key()}] := ${term()}`,
      () => `${name}[${key()}].b contains ${term()}`,
      () => `${name}.${random.of(["a", "b"])}[${key()}] := ${term()}`,
      () => `${name}[${key()}][${key()}]`,
    ] as const;
    const head = (random.chance(0.85) ? heads[shape] : random.of(heads))?.() ?? name;
    return random.chance(0.15) ? (head.includes(":=") || head.includes("contains") ? head : `${head} := 1`) : `${head} if { ${text} }`;
  });
  return { name, kind: "object", parameters: 0, clauses };
}

function complete({ random, name, writer, body }: Making): Rule {
  const clauses: string[] = [];
  if (random.chance(0.3)) clauses.push(`default ${name} := ${random.of(["false", "null", "0", '"no"', "[]", "[1, {}]", "{x | x := 1}"])}`);
  const style = random.below(3);
  const count = random.weighted<number>([
    [3, () => 1],
    [3, () => 2],
    [1, () => 4],
  ]);
  for (const _ of Array(count)) {
    const write = writer();
    const text = body(write);
    const value = style === 0 ? "" : ` := ${style === 1 || random.chance(0.4) ? write.constant() : write.term("any", 2)}`;
    const more = random.chance(0.08) ? ` { ${body(writer())} }` : elses({ random, name, writer, body });
    clauses.push(`${name}${value} if { ${text} }${more}`);
  }
  if (random.chance(0.05)) clauses.push(`${name} := ${writer().term("any", 2)}`);
  if (random.chance(0.05)) clauses.push(`${name} := ${writer().term("any", 1)} if ${writer().term("any", 1)}`);
  return { name, kind: "any", parameters: 0, clauses };
}

function elses({ random, writer, body }: Making): string {
  if (!random.chance(0.15)) return "";
  const texts = random.times(random.from(1, 2), () => {
    const write = writer();
    const text = body(write);
    const value = random.chance(0.8) ? write.constant() : write.term("any", 1);
    return random.chance(0.1) ? ` else := ${value}` : ` else := ${value} if { ${text} }`;
  });
  return texts.join("") + (random.chance(0.3) ? " else := false" : "");
}

/** Many clauses that compare the same parts of the input, so that an index can be built. */
function table({ random, name, writer }: Making): Rule {
  const parts = random.of([
    ["input.a"],
    ["input.a", "input.b"],
    ["input.b", "input.user.a", "input.c"],
    ["input.user", "input.user.a", "input.a"],
  ]);
  const clauses: string[] = [];
  if (random.chance(0.4)) clauses.push(`default ${name} := ${random.of(["false", "null", "0"])}`);
  const style = random.below(4);
  const member = style === 3;
  for (let number = random.from(3, 12); number > 0; number -= 1) {
    const write = writer();
    const tests = parts.filter(() => random.chance(0.75)).map((part) => indexable(random, part, write));
    const more = random.chance(0.4) || tests.length === 0 ? write.body(1, 1) : [];
    const text = random.shuffled([...tests, ...more]).join("; ");
    const value = [() => "", () => ` := ${random.of(["1", "2", '"a"'])}`, () => ` := ${write.term("any", 1)}`, () => ""][
      style
    ] as () => string;
    clauses.push(member ? `${name} contains ${write.term("any", 0)} if { ${text} }` : `${name}${value()} if { ${text} }`);
  }
  return { name, kind: member ? "set" : "any", parameters: 0, clauses };
}

/** A condition that an index can look up. */
function indexable(random: Random, part: string, write: Writer): string {
  return random.weighted<string>([
    [6, () => `${part} ${random.of(["==", "==", " ="])} ${write.constant()}`],
    [2, () => `${write.constant()} == ${part}`],
    [1, () => `${part} in ${random.of(['{"a", 1, null}', '["a", "b", 2]', "{1}"])}`],
    [0.5, () => `glob.match(${random.of(['"a*"', '"*.b"'])}, ["."], ${part})`],
    [0.5, () => `startswith(${part}, "a")`],
  ]);
}

function functionOf({ random, name, writer, body }: Making): Rule {
  const count = random.from(1, 2);
  const kind: Kind = "any";
  const clauses: string[] = [];
  if (random.chance(0.15))
    clauses.push(`default ${name}(${random.times(count, (index) => `_p${index}`).join(", ")}) := ${random.of(["false", "0"])}`);
  for (let number = random.from(1, 3); number > 0; number -= 1) {
    const write = writer();
    const parameters = random.times(count, () =>
      random.weighted<string>([
        [5, () => write.declare()],
        [2, () => write.constant()],
        [0.5, () => "_"],
        [0.2, () => `[${write.declare()}, ${write.constant()}]`],
        [0.2, () => `{"a": ${write.declare()}}`],
      ]),
    );
    const text = random.chance(0.85) ? ` if { ${body(write)} }` : "";
    // Without a value and a body the function is true for its arguments.
    const value = random.chance(0.25) ? "" : ` := ${write.term("any", 1)}`;
    clauses.push(`${name}(${parameters.join(", ")})${value}${text}${text === "" ? "" : elses({ random, name, writer, body })}`);
  }
  return { name, kind, parameters: count, clauses };
}
