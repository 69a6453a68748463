// Shrinks a policy and an input that show a difference.
import type { Policy } from "./policies.ts";

/** A policy with one input. */
export type Example = { policy: Policy; input: string | undefined };
/** Whether an example still shows the difference. */
export type Shows = (example: Example) => Promise<boolean>;

const TOKENS = /"(?:[^"\\]|\\.)*"|`[^`]*`|[\w.]+|:=|==|!=|<=|>=|\s+|[^\s\w]/g;

/** Removes clauses, imports, tokens and fields of the input as long as the example shows the difference; tries at most `most` examples. */
export async function shrink(example: Example, shows: Shows, most: number): Promise<Example> {
  let best = example;
  let tries = 0;
  const attempt = async (next: Example) => {
    tries += 1;
    if (tries > most || !(await shows(next))) return false;
    best = next;
    return true;
  };
  let size: number;
  do {
    size = sizeOf(best);
    for (const part of ["main", "lib"] as const) {
      for (let index = best.policy[part].clauses.length - 1; index >= 0; index -= 1) await attempt(withoutClause(best, part, index));
      for (let index = best.policy[part].header.length - 1; index > 0; index -= 1) await attempt(withoutImport(best, part, index));
      for (let index = 0; index < best.policy[part].clauses.length; index += 1) {
        const clause = () => best.policy[part].clauses[index] as string;
        for (const [from, to, text] of cuts(clause())) {
          const line = clause();
          // Earlier cuts may have shortened the clause.
          if (to > line.length) continue;
          await attempt(withClause(best, part, index, line.slice(0, from) + text + line.slice(to)));
        }
      }
    }
    for (const input of smallerInputs(best.input)) if (await attempt({ ...best, input })) break;
  } while (sizeOf(best) < size);
  return best;
}

function sizeOf({ policy, input }: Example): number {
  return JSON.stringify([policy.main, policy.lib]).length + (input?.length ?? 0);
}

function withoutClause(example: Example, part: "main" | "lib", index: number): Example {
  return edited(example, part, (clauses) => clauses.filter((_, other) => other !== index));
}

function withClause(example: Example, part: "main" | "lib", index: number, line: string): Example {
  return edited(example, part, (clauses) => clauses.map((text, other) => (other === index ? line : text)));
}

function withoutImport(example: Example, part: "main" | "lib", index: number): Example {
  const source = example.policy[part];
  const header = source.header.filter((_, other) => other !== index);
  return { ...example, policy: { ...example.policy, [part]: { ...source, header } } };
}

function edited(example: Example, part: "main" | "lib", edit: (clauses: string[]) => string[]): Example {
  const source = example.policy[part];
  return { ...example, policy: { ...example.policy, [part]: { ...source, clauses: edit(source.clauses) } } };
}

/** Parts of a line to remove or to replace by a short text: long ones first. */
function cuts(line: string): [from: number, to: number, text: string][] {
  const ends: number[] = [0];
  for (const { 0: token, index } of line.matchAll(TOKENS)) ends.push(index + token.length);
  const found: [number, number, string][] = [];
  for (let length = Math.min(ends.length - 1, 40); length > 0; length -= 1) {
    for (let begin = ends.length - 1 - length; begin >= 0; begin -= 1) {
      const [from, to] = [ends[begin] as number, ends[begin + length] as number];
      const text = line.slice(from, to);
      if (!balanced(text)) continue;
      found.push([from, to, ""]);
      if (length > 1 && to - from > 1) found.push([from, to, "1"]);
    }
  }
  return found;
}

function balanced(text: string): boolean {
  const open: string[] = [];
  for (const letter of text) {
    if ("([{".includes(letter)) open.push(letter);
    else if (")]}".includes(letter)) {
      const last = open.pop();
      if (last === undefined || "([{".indexOf(last) !== ")]}".indexOf(letter)) return false;
    }
  }
  return open.length === 0;
}

/** An input without one of its parts. */
function* smallerInputs(input: string | undefined): Generator<string | undefined> {
  if (input === undefined) return;
  yield undefined;
  for (const value of smaller(JSON.parse(input))) yield JSON.stringify(value);
}

function* smaller(value: unknown): Generator<unknown> {
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      yield value.toSpliced(index, 1);
      for (const less of smaller(item)) yield value.with(index, less);
    }
  } else if (typeof value === "object" && value !== null) {
    for (const [key, inner] of Object.entries(value)) {
      yield Object.fromEntries(Object.entries(value).filter(([other]) => other !== key));
      for (const less of smaller(inner)) yield { ...value, [key]: less };
    }
  }
}
