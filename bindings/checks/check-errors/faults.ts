// Faulty policies: handwritten ones for each error of OPA, and seeded mutants of sources.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { mutate } from "../opa/mutate.ts";
import type { Source } from "../opa/oracle.ts";
import type { Random } from "../lib/random.ts";

/** Sources that are loaded together. `strict` is `opa check --strict`. */
export type Policy = { name: string; sources: Source[]; version: "v0" | "v1"; strict: boolean };

const FILES = ["parse", "statements", "safety", "compile", "types", "references"] as const;
/** The share of mutants that change the meaning, not the tokens. */
const MEANING_SHARE = 0.6;

/** All policies of faults/*.txt. */
export function handwrittenFaults(): Policy[] {
  return FILES.flatMap((name) => policiesOf(name, readFileSync(fileURLToPath(new URL(`faults/${name}.txt`, import.meta.url)), "utf8")));
}

/** The policies of a text; the lines before the first one are a comment. */
export function policiesOf(file: string, text: string): Policy[] {
  const [, ...blocks] = text.split(/^#: /m);
  return blocks.map((block) => {
    const [head = "", ...lines] = block.split("\n");
    const [name = "", ...words] = head.split(" ");
    const [first = "", ...others] = lines.join("\n").split(/^#\+ /m);
    const sources = others.map((other) => {
      const end = other.indexOf("\n");
      return { name: other.slice(0, end), text: other.slice(end + 1) };
    });
    return {
      name: `${file}/${name}`,
      sources: [{ name: "a.rego", text: words.includes("raw") ? first : `package p\n\n${first}` }, ...sources],
      version: words.includes("v0") ? "v0" : "v1",
      strict: words.includes("strict"),
    };
  });
}

/** A source that OPA accepts by itself. */
export type Sound = { name: string; text: string; version: "v0" | "v1" };

/** `count` mutants; not all of them are faulty. */
export function mutants(sound: Sound[], count: number, random: Random): Policy[] {
  const list: Policy[] = [];
  while (list.length < count) {
    const { name, text, version } = random.of(sound);
    const mutant = mutate(text, random, MEANING_SHARE);
    if (mutant)
      list.push({
        name: `mutants/${list.length} ${mutant.kind} of ${name}`,
        sources: [{ name: "a.rego", text: mutant.text }],
        version,
        strict: false,
      });
  }
  return list;
}
