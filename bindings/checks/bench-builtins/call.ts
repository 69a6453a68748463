// A call of a builtin to time, and the parts that calls are made of.

/** A term of Rego for each item `t` of a list. */
export type Call = { family: string; name: string; term: string; items: unknown[] };

/** Calls of a family. */
export const callOf =
  (family: string) =>
  (name: string, term: string, list: unknown[]): Call => ({ family, name, term, items: list });

/** Items of a list: enough that the work of an evaluation around its calls does not count. */
const ITEMS = 50;
export const items = <T>(of: (index: number) => T, count = ITEMS): T[] => Array.from({ length: count }, (_, index) => of(index));

/** A value as a literal of a policy. */
export const literal = (value: unknown): string => JSON.stringify(value);

/** The policy of a call, as `data.<name>.r`: the number of its results. They are compared with a value of the input, so that they are needed. */
export function policyOf(name: string, { term, items: list }: Call): string {
  return `package ${name}\n\nitems := ${literal(list)}\n\nr := count([1 | some t in items; x := ${term}; x != input.other])\n`;
}

/** The input of all calls. */
export const INPUT = { other: "no builtin has this result" };
