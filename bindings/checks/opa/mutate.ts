// Seeded changes of a Rego source: OPA rejects most of the mutants, for many different reasons.
import type { Random } from "../lib/random.ts";
import { isBlank, isName, isWord, KEYWORDS, tokensOf } from "./tokens.ts";

/** A changed source; `kind` is the name of the change. */
export type Mutant = { kind: string; text: string };
type Change = (tokens: string[], random: Random) => string[] | undefined;

const OPERATORS = [":=", "=", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%", "&", "|", ",", ";", ":", "."] as const;
const BRACKETS = ["(", ")", "[", "]", "{", "}"] as const;
const LETTERS = ['"', "`", "\\", "$", "#", "\t", "\n", "\r\n", "\0", "é", "\u{1f512}", "@", "?", "^", "~", "'", "!"] as const;
const CONSTANTS = [
  "0",
  "1",
  "-1",
  "1.5",
  "1e3",
  "01",
  '"a"',
  "`a`",
  '""',
  "true",
  "null",
  "[]",
  "{}",
  "set()",
  "[1]",
  '{"a": 1}',
  "{1}",
] as const;

/** Changes of tokens: most results do not parse. */
const OF_TEXT: Record<string, Change> = {
  drop: at(any, (token) => (token === "" ? undefined : [])),
  double: at(any, (token) => [token, token]),
  swap: (tokens, random) => {
    const places = placesOf(tokens, any);
    if (places.length < 2) return undefined;
    const first = random.below(places.length - 1);
    const [left, right] = [places[first] as number, places[first + 1] as number];
    return tokens.with(left, tokens[right] as string).with(right, tokens[left] as string);
  },
  exchange: at(
    (token) => (OPERATORS as readonly string[]).includes(token) || (BRACKETS as readonly string[]).includes(token),
    (_token, random) => [random.of(random.chance(0.6) ? OPERATORS : BRACKETS)],
  ),
  operator: at(any, (token, random) => [token, random.of(OPERATORS)]),
  bracket: at(any, (token, random) => [token, random.of(BRACKETS)]),
  keyword: at(any, (token, random) => [token, " ", random.of(KEYWORDS), " "]),
  "to keyword": at(isWord, (_token, random) => [random.of(KEYWORDS)]),
  letter: at(any, (token, random) => splice(token, random.below(token.length + 1), 0, random.of(LETTERS))),
  "cut letter": at(any, (token, random) => splice(token, random.below(token.length), 1, "")),
  "cut end": (tokens, random) => (tokens.length > 2 ? tokens.slice(0, random.from(1, tokens.length - 1)) : undefined),
  "drop line": (tokens, random) => onLines(tokens, (lines) => lines.toSpliced(random.below(lines.length), 1)),
  "double line": (tokens, random) =>
    onLines(tokens, (lines) => {
      const index = random.below(lines.length);
      return lines.toSpliced(index, 0, lines[index] as string);
    }),
  "swap lines": (tokens, random) =>
    onLines(tokens, (lines) => {
      const index = random.below(Math.max(1, lines.length - 1));
      const [first = "", second = ""] = lines.slice(index, index + 2);
      return lines.toSpliced(index, 2, second, first);
    }),
  "join lines": (tokens, random) => {
    const breaks = placesOf(tokens, (token) => token === "\n");
    return breaks.length === 0 ? undefined : tokens.with(random.of(breaks), " ");
  },
};

/** Changes of meaning: most results parse. */
const OF_MEANING: Record<string, Change> = {
  "rename one": at(isName, (token) => [`${token}_x`]),
  "to variable": at(
    (token) => /^["\d]/.test(token),
    (_token, random) => [random.of(["x", "y", "some_name"])],
  ),
  "to constant": at(
    (token) => isName(token) || /^["\d]/.test(token),
    (_token, random) => [random.of(CONSTANTS)],
  ),
  "rename call": atCall((name) => [`${name}_x`, "("]),
  "more arguments": atCall((name, random) => [name, "(", random.of(CONSTANTS), ", "]),
  "other call": atCall((_name, random) => [random.of(["count", "upper", "split", "concat", "sum", "nope", "is_string", "walk"]), "("]),
  "fewer arguments": (tokens, random) => {
    const places = placesOf(tokens, (token, index) => token === "," && tokens.slice(0, index).includes("("));
    if (places.length === 0) return undefined;
    const place = random.of(places);
    let end = place + 1;
    for (let depth = 0; end < tokens.length; end += 1) {
      const token = tokens[end] as string;
      if ("([{".includes(token)) depth += 1;
      if (")]}".includes(token) && (depth -= 1) < 0) break;
      if (token === "," && depth === 0) break;
    }
    return tokens.toSpliced(place, end - place);
  },
  "deeper reference": at(isName, (token, random) => [token, random.of([".x", '["x"]', "[0]", "[_]", "[i]"])]),
  negate: (tokens, random) => inBody(tokens, random, (line) => line.replace(/\S/, "not $&")),
  "drop statement": (tokens, random) => inBody(tokens, random, () => undefined),
  "repeat statement": (tokens, random) => inBody(tokens, random, (line) => `${line}\n${line}`),
  "use itself": (tokens, random) => {
    const rules = rulesOf(tokens);
    if (rules.length === 0) return undefined;
    const { name, body } = random.of(rules);
    return body === undefined ? undefined : tokens.toSpliced(body + 1, 0, ` ${name}; `);
  },
  "another kind": (tokens, random) => {
    const rules = rulesOf(tokens);
    if (rules.length === 0) return undefined;
    const { name } = random.of(rules);
    const clause = random.of([
      `${name} contains 1`,
      `${name} := 1`,
      `${name}["k"] := 1`,
      `${name}(x) := x`,
      `default ${name} := 1`,
      `${name}.q.r := 1`,
    ]);
    return [...tokens, "\n", clause, "\n", ...(random.chance(0.3) ? [clause, "\n"] : [])];
  },
  "statement more": (tokens, random) => {
    const bodies = rulesOf(tokens).flatMap(({ body }) => (body === undefined ? [] : [body]));
    return bodies.length === 0 ? undefined : tokens.toSpliced(random.of(bodies) + 1, 0, ` ${random.of(STATEMENTS)}; `);
  },
  "import more": (tokens, random) => {
    const first = tokens.indexOf("\n");
    return first < 0 ? undefined : tokens.toSpliced(first + 1, 0, `${random.of(IMPORTS)}\n`);
  },
};

/** Statements that OPA rejects in most bodies. */
const STATEMENTS = [
  "x == zz",
  "zz > 1",
  "not zz",
  "some zz",
  "some zz in xs",
  "every e in zz { e }",
  "zz := 1; zz := 2",
  '1 = "a"',
  "count(1)",
  'upper("a", 1, 2)',
  "nope(1)",
  'count([1]) == "a"',
  "input := 1",
  "1 := 2",
  "data.a.b.c with nope as 1",
  "input.a with input as zz",
  "[zz, 1] = [1, yy]",
  "{zz | input.a}",
  "[1 | zz > 2]",
  "input.a[zz] == yy",
  "print(zz)",
  'zz := "a" + 1',
  "{1} - [1]",
  "is_number(1, 2, 3)",
] as const;

const IMPORTS = [
  "import data.nope",
  "import input.nope as x",
  "import data.nope as input",
  "import future.keywords.nope",
  "import rego.v9",
  "import foo.bar",
  "import data.a\nimport data.a",
  "import data.a[x]",
  "import future.keywords",
  "import rego.v1",
  "import future.keywords.or",
] as const;

const TEXT_KINDS = Object.entries(OF_TEXT);
const MEANING_KINDS = Object.entries(OF_MEANING);

/** A mutant by a change of meaning with the probability `share`, else of tokens; undefined if the change does not apply. */
export function mutate(source: string, random: Random, share: number): Mutant | undefined {
  const [kind, change] = random.of(random.chance(share) ? MEANING_KINDS : TEXT_KINDS);
  const changed = change(tokensOf(source), random);
  const text = changed?.join("");
  return text === undefined || text === source ? undefined : { kind, text };
}

function any(token: string): boolean {
  return !isBlank(token);
}

function placesOf(tokens: string[], fits: (token: string, index: number) => boolean): number[] {
  return [...tokens.keys()].filter((index) => fits(tokens[index] as string, index));
}

/** A change of one matching token. */
function at(fits: (token: string) => boolean, change: (token: string, random: Random) => string[] | undefined): Change {
  return (tokens, random) => {
    const places = placesOf(tokens, (token) => fits(token) && !isBlank(token));
    if (places.length === 0) return undefined;
    const place = random.of(places);
    const changed = change(tokens[place] as string, random);
    return changed && tokens.toSpliced(place, 1, ...changed);
  };
}

/** A change of a name and the bracket after it. */
function atCall(change: (name: string, random: Random) => string[]): Change {
  return (tokens, random) => {
    const places = placesOf(tokens, (token, index) => isName(token) && tokens[index + 1] === "(");
    if (places.length === 0) return undefined;
    const place = random.of(places);
    return tokens.toSpliced(place, 2, ...change(tokens[place] as string, random));
  };
}

function splice(token: string, index: number, cut: number, text: string): string[] {
  return [token.slice(0, index) + text + token.slice(index + cut)];
}

function onLines(tokens: string[], change: (lines: string[]) => string[]): string[] {
  return [change(tokens.join("").split("\n")).join("\n")];
}

/** A change of a line that is one statement of a body: it is indented and its brackets are balanced. */
function inBody(tokens: string[], random: Random, change: (line: string) => string | undefined): string[] | undefined {
  const lines = tokens.join("").split("\n");
  const places = [...lines.keys()].filter(
    (index) => /^\s+[\w[{"]/.test(lines[index] as string) && /[\w\])}"]$/.test(lines[index] as string),
  );
  if (places.length === 0) return undefined;
  const place = random.of(places);
  const changed = change(lines[place] as string);
  return [lines.toSpliced(place, 1, ...(changed === undefined ? [] : [changed])).join("\n")];
}

/** Names of rules at the start of lines, each with the index of the bracket that opens its body on that line. */
function rulesOf(tokens: string[]): { name: string; body: number | undefined }[] {
  const starts = placesOf(tokens, (token, index) => isName(token) && (index === 0 || tokens[index - 1] === "\n"));
  return starts.map((start) => {
    const end = tokens.indexOf("\n", start);
    const line = tokens.slice(start, end < 0 ? tokens.length : end);
    const opens = line.lastIndexOf("{");
    return { name: tokens[start] as string, body: opens > 0 && line.slice(opens + 1).every(isBlank) ? start + opens : undefined };
  });
}
