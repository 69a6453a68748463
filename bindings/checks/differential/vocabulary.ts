// The few words and numbers of all policies, inputs and data, so that compared values are often equal.
import type { Random } from "../lib/random.ts";

/** Names of fields; "1" looks like a number, "if" is a keyword. */
const FIELDS = ["a", "b", "c", "list", "user", "1", "if"] as const;
export const TEXTS = ["a", "b", "", "A", "1", "a.b", "admin"] as const;
/** Numbers in the syntax of both JSON and Rego. */
export const NUMBERS = ["0", "1", "-1", "2", "3", "1.0", "1.5", "-0", "10", "1e2", "9007199254740993", "18446744073709551615"] as const;
const PLAIN_NUMBERS = ["0", "1", "2", "3", "1.0", "1.5"] as const;

/** The data of all policies, below `data.d`. */
export const DATA = {
  d: {
    a: 1,
    b: "a",
    c: { a: "b", b: [1, 2, { a: 1 }], c: { a: false, b: null } },
    list: ["a", "b", 1, null, false],
    numbers: [1, 2, 3, 1.5],
    texts: ["a", "b", "A", "admin"],
    "1": { a: 1, "1": "one" },
    users: { a: { roles: ["admin", "b"], n: 1, on: true }, b: { roles: [], n: 2, on: false }, "1": { roles: ["a"], n: 0 } },
    roles: { admin: ["a", "b"], b: ["a"] },
    none: null,
    no: false,
    empty: {},
    rows: [
      { a: 1, b: "a", c: true },
      { a: 2, b: "b", c: false },
      { a: 1, b: "A" },
    ],
  },
} as const;

/** Paths in the data, by the kind of their value. */
export const DATA_PATHS = {
  any: [
    "a",
    "b",
    "c.a",
    "c.b[0]",
    "c.c.a",
    "c.c.b",
    "none",
    "no",
    "empty",
    "missing",
    "users.a.on",
    '["1"].a',
    'users["1"].n',
    "rows[0].c",
  ],
  number: ["a", "users.a.n", "users.b.n", "numbers[1]", "c.b[1]"],
  text: ["b", "c.a", "texts[2]", '["1"]["1"]'],
  collection: ["list", "numbers", "texts", "users", "roles", "rows", "c", "c.b", "empty", '["1"]', "users.a.roles", "users.b.roles"],
} as const;

/** Paths in the input. A value may be missing or of another kind. */
export const INPUT_PATHS = {
  any: [
    "a",
    "b",
    "c",
    "a.b",
    "a.b.c",
    "user.a",
    "user.b",
    "list[0]",
    "list[1].a",
    '["1"]',
    'a["1"]',
    "missing.a",
    "user",
    "if",
    "user.if",
    "if.a",
  ],
  number: ["a", "b", "user.a", "list[1]", "c.a"],
  text: ["b", "a", "user.b", "c", "list[0]"],
  collection: ["list", "a", "user", "c", "user.list", "a.list", "list[0]"],
} as const;

/** A small JSON text, mostly of objects with known fields. */
function jsonText(random: Random, depth: number): string {
  return random.weighted<string>([
    [3, () => random.of(random.chance(0.8) ? PLAIN_NUMBERS : NUMBERS)],
    [4, () => text(random)],
    [3, () => random.of(["true", "false", "null"])],
    [depth > 0 ? 2 : 0, () => `[${random.times(random.below(4), () => jsonText(random, depth - 1)).join()}]`],
    [depth > 0 ? 2 : 0, () => objectText(random, depth)],
  ]);
}

/** An input as JSON text, or none. */
export function inputText(random: Random): string | undefined {
  return random.weighted<string | undefined>([
    [16, () => objectText(random, 3)],
    [1, () => undefined],
    [1, () => jsonText(random, 2)],
  ]);
}

function objectText(random: Random, depth: number): string {
  const fields: string[] = [];
  for (const name of FIELDS) {
    if (random.chance(0.35)) continue;
    fields.push(`${key(random, name)}:${valueOf(random, name, depth - 1)}`);
    // A duplicate key: the last one counts.
    if (random.chance(0.02)) fields.push(`${key(random, name)}:${jsonText(random, depth - 1)}`);
  }
  return `{${random.shuffled(fields).join(random.chance(0.1) ? " ,\n " : ",")}}`;
}

function valueOf(random: Random, name: string, depth: number): string {
  if (depth > 0 && random.chance(0.6)) {
    if (name === "list") return `[${random.times(random.below(4), () => jsonText(random, depth - 1)).join()}]`;
    if (name === "user") return objectText(random, depth);
  }
  return jsonText(random, depth);
}

function text(random: Random): string {
  const word = random.of(TEXTS);
  return random.chance(0.03) ? escaped(word) : JSON.stringify(word);
}

function key(random: Random, name: string): string {
  return random.chance(0.03) ? escaped(name) : JSON.stringify(name);
}

/** The same text with \u escapes. */
function escaped(word: string): string {
  return `"${[...word].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`).join("")}"`;
}
