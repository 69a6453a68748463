// Seeded policies: a package of rules, and a library package that it uses.
import { Random } from "../lib/random.ts";
import { type Rule, ruleOf } from "./heads.ts";
import type { Surroundings, Usable } from "./terms.ts";
import { inputText } from "./vocabulary.ts";

/** A source: its package clause and imports, and its clauses of one line each. */
export type Source = { header: string[]; clauses: string[] };
/** `main` is evaluated and uses `lib`. `strictErrors` is whether errors of builtins end an evaluation. */
export type Policy = { seed: number; name: string; main: Source; lib: Source; strictErrors: boolean };
export type Case = { policy: Policy; inputs: (string | undefined)[] };

const LOGIC = ["import future.keywords.and", "import future.keywords.or", "import future.keywords.not"];

/** The case of a seed, in the package `name`. */
export function makeCase(seed: number, name: string, inputs: number): Case {
  const random = new Random(seed);
  const logic = random.chance(0.35);
  const lib = packageOf(random, "l", random.below(4), { rules: [], taken: [], packages: [], logic });
  const imports: string[] = logic ? [...LOGIC] : [];
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
  const [first] = lib;
  if (first && random.chance(0.2)) {
    // An imported rule with its own name.
    imports.push(`import data.${name}.lib.${first.name} as first`);
    taken.push("first");
    usable.push({ ...first, name: "first" });
  }
  const packages = lib.length > 0 ? [prefix] : [];
  const main = packageOf(random, "r", random.from(2, 6), { rules: usable, taken, packages, logic });
  const clauses = (rules: Rule[]) => {
    const all = rules.flatMap((rule) => rule.clauses);
    return random.chance(0.15) ? random.shuffled(all) : all;
  };
  return {
    policy: {
      seed,
      name,
      main: { header: [`package ${name}.main`, ...imports], clauses: clauses(main) },
      lib: { header: [`package ${name}.lib`, ...(logic ? LOGIC : [])], clauses: clauses(lib) },
      strictErrors: random.chance(0.25),
    },
    inputs: random.times(inputs, () => inputText(random)),
  };
}

/** The text of a source, one line per clause. */
export function textOf({ header, clauses }: Source): string {
  return `${[...header, ...clauses].join("\n")}\n`;
}

/** The sources of a policy by the names of their files. */
export function filesOf({ name, main, lib }: Policy): { name: string; text: string }[] {
  return [
    { name: `${name}.main.rego`, text: textOf(main) },
    { name: `${name}.lib.rego`, text: textOf(lib) },
  ];
}

/** The questions for a policy: rules that are not functions, paths below them, packages, and ad-hoc queries. */
export function questionsOf({ seed, name, main, lib }: Policy): string[] {
  const path = `data.${name}`;
  const rules = main.clauses.flatMap((clause) => {
    const [, rule, open] = /^(?:default )?(r\d+)(\()?/.exec(clause) ?? [];
    return rule && !open ? [`${path}.main.${rule}`] : [];
  });
  const below = main.clauses.flatMap((clause) => {
    const ref = /^(r\d+)(\.\w+(?:\.\w+)*|\["\w+"\])/.exec(clause);
    return ref ? [`${path}.main.${ref[1]}${ref[2]}`] : [];
  });
  const all = [...rules, ...below, `${path}.main`, ...(lib.clauses.length > 0 ? [`${path}.lib`] : []), path];
  return [...new Set(all), ...(rules.length > 0 ? queriesOf(new Random(seed), rules) : [])];
}

const QUERIES: readonly ((rule: string, other: string) => string)[] = [
  (rule) => `{x | ${rule}[x]}`,
  (rule) => `[x | x := ${rule}[_]]`,
  (rule) => `{[x, y] | ${rule}[x][y]}`,
  (rule) => `{k: v | some k, v in ${rule}}`,
  (rule, other) => `{x | some x in ${rule}; x != ${other}}`,
  (rule, other) => `{[x, y] | x = ${rule}; y = ${other}}`,
  (rule) => `[x | x := ${rule} with input.a as 1]`,
  (rule) => `${rule} == input.a`,
  (rule, other) => `count({x | x := [${rule}, ${other}][_]})`,
];

/** Queries with one answer each. */
function queriesOf(random: Random, rules: string[]): string[] {
  return random.times(2, () => random.of(QUERIES)(random.of(rules), random.of(rules)));
}

function packageOf(random: Random, letter: string, count: number, { rules, taken, packages, logic }: Surroundings): Rule[] {
  const packageRules: Rule[] = [];
  for (let number = 0; number < count; number += 1) {
    const known: Usable[] = random.chance(0.8) ? [...rules, ...packageRules] : [];
    const surroundings = { rules: known, taken: [...taken, ...packageRules.map(({ name }) => name)], packages, logic };
    packageRules.push(ruleOf(random, `${letter}${number}`, surroundings));
  }
  return packageRules;
}
