// Policies that a seed decides: a package of rules, and a second one whose rules it uses.
import { Random } from "../random.ts";
import { Writer } from "./statements.ts";
import type { Kind, Usable } from "./terms.ts";
import { inputText } from "./vocabulary.ts";

/** A source: what stands before its rules, and each clause on a line. */
export type Source = { header: string[]; clauses: string[] };
/** `main` is asked; `lib` is used by it. */
export type Policy = { seed: number; name: string; main: Source; lib: Source };
export type Case = { policy: Policy; inputs: (string | undefined)[] };

type Rule = Usable & { clauses: string[] };

/** The case of a seed; `name` is the package that it lies in. */
export function makeCase(seed: number, name: string, inputs: number): Case {
  const random = new Random(seed);
  const lib = packageOf(random, "l", random.below(4), [], []);
  const imports: string[] = [];
  const taken: string[] = [];
  let prefix = `data.${name}.lib`;
  if (random.chance(0.4)) {
    imports.push(`import data.${name}.lib`);
    taken.push("lib");
    prefix = "lib";
  } else if (random.chance(0.3)) {
    imports.push(`import data.${name}.lib as other`);
    taken.push("other");
    prefix = "other";
  }
  for (const [share, text, alias] of [
    [0.25, "import data.d", "d"],
    [0.2, "import input.user as person", "person"],
    [0.15, "import input.user", "user"],
  ] as const) {
    if (!random.chance(share)) continue;
    imports.push(text);
    taken.push(alias);
  }
  const usable = lib.map((rule) => ({ ...rule, name: `${prefix}.${rule.name}` }));
  const main = packageOf(random, "r", random.from(2, 6), usable, taken);
  const clauses = (rules: Rule[]) => {
    const all = rules.flatMap((rule) => rule.clauses);
    return random.chance(0.15) ? random.shuffled(all) : all;
  };
  return {
    policy: {
      seed,
      name,
      main: { header: [`package ${name}.main`, ...imports], clauses: clauses(main) },
      lib: { header: [`package ${name}.lib`], clauses: clauses(lib) },
    },
    inputs: random.times(inputs, () => inputText(random)),
  };
}

/** The text of a source, a clause a line. */
export function textOf({ header, clauses }: Source): string {
  return `${[...header, ...clauses].join("\n")}\n`;
}

function packageOf(random: Random, letter: string, count: number, used: Usable[], taken: string[]): Rule[] {
  const rules: Rule[] = [];
  for (let number = 0; number < count; number += 1) {
    const names = [...taken, ...rules.map(({ name }) => name)];
    const known = random.chance(0.8) ? [...used, ...rules] : [];
    rules.push(ruleOf(random, `${letter}${number}`, known, names));
  }
  return rules;
}

function ruleOf(random: Random, name: string, used: Usable[], taken: string[]): Rule {
  const writer = () => new Writer(random, used, taken);
  const body = (write: Writer) => write.body(random.from(1, 3), 2).join("; ");
  return random.weighted<Rule>([
    [6, () => complete(random, name, writer, body)],
    [3, () => table(random, name, writer)],
    [
      3,
      () => ({
        name,
        kind: "set" as Kind,
        parameters: 0,
        clauses: random.times(random.from(1, 3), () => {
          const write = writer();
          const text = body(write);
          return `${name} contains ${write.term("any", 1)} if { ${text} }`;
        }),
      }),
    ],
    [
      2,
      () => ({
        name,
        kind: "object" as Kind,
        parameters: 0,
        clauses: random.times(random.from(1, 3), () => {
          const write = writer();
          const text = body(write);
          const key = random.chance(0.6) ? write.term("text", 1) : write.term("any", 0);
          return `${name}[${key}] := ${write.term("any", 1)} if { ${text} }`;
        }),
      }),
    ],
    [4, () => functionOf(random, name, writer, body)],
  ]);
}

function complete(random: Random, name: string, writer: () => Writer, body: (write: Writer) => string): Rule {
  const clauses: string[] = [];
  if (random.chance(0.3)) clauses.push(`default ${name} := ${random.of(["false", "null", "0", '"no"', "[]", "[1, {}]"])}`);
  const style = random.below(3);
  for (const _ of Array(
    random.weighted([
      [3, () => 1],
      [3, () => 2],
      [1, () => 4],
    ]),
  )) {
    const write = writer();
    const text = body(write);
    const value = style === 0 ? "" : ` := ${style === 1 || random.chance(0.4) ? write.constant() : write.term("any", 2)}`;
    clauses.push(`${name}${value} if { ${text} }${elses(random, writer, body)}`);
  }
  if (random.chance(0.05)) clauses.push(`${name} := ${writer().term("any", 2)}`);
  return { name, kind: "any", parameters: 0, clauses };
}

function elses(random: Random, writer: () => Writer, body: (write: Writer) => string): string {
  if (!random.chance(0.15)) return "";
  const texts = random.times(random.from(1, 2), () => {
    const write = writer();
    const text = body(write);
    const value = random.chance(0.8) ? write.constant() : write.term("any", 1);
    return ` else := ${value} if { ${text} }`;
  });
  return texts.join("") + (random.chance(0.3) ? " else := false" : "");
}

/** Many clauses that compare the same parts of the input: what an index is made of. */
function table(random: Random, name: string, writer: () => Writer): Rule {
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
    const tests = parts
      .filter(() => random.chance(0.75))
      .map((part) =>
        random.chance(0.8) ? `${part} ${random.of(["==", "==", " ="])} ${write.constant()}` : `${write.constant()} == ${part}`,
      );
    const more = random.chance(0.4) || tests.length === 0 ? write.body(1, 1) : [];
    const text = random.shuffled([...tests, ...more]).join("; ");
    const value = [() => "", () => ` := ${random.of(["1", "2", '"a"'])}`, () => ` := ${write.term("any", 1)}`, () => ""][
      style
    ] as () => string;
    clauses.push(member ? `${name} contains ${write.term("any", 0)} if { ${text} }` : `${name}${value()} if { ${text} }`);
  }
  return { name, kind: member ? "set" : "any", parameters: 0, clauses };
}

function functionOf(random: Random, name: string, writer: () => Writer, body: (write: Writer) => string): Rule {
  const count = random.from(1, 2);
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
    const value = random.chance(0.25) && text !== "" ? "" : ` := ${write.term("any", 1)}`;
    clauses.push(`${name}(${parameters.join(", ")})${value}${text}${text === "" ? "" : elses(random, writer, body)}`);
  }
  return { name, kind: "any", parameters: count, clauses };
}
