// A hostile case, and the parts that cases are made of.

/** Steps in this order. The last one is measured; the others must succeed. */
export type Case = {
  /** One policy as a text, or several by name. */
  load?: string | Record<string, string>;
  data?: object;
  /** A JSON Patch on the data. */
  patch?: object[];
  /** A rule or query. */
  evaluate?: string;
  input?: object;
  /** Any text, instead of `input`. */
  inputText?: string;
};
/** Cases by name. */
export type Cases = Record<string, Case>;

export const MEBIBYTE = 1 << 20;

export const list = <T>(count: number, of: (index: number) => T): T[] => Array.from({ length: count }, (_, index) => of(index));
export const lines = (count: number, of: (index: number) => string) => list(count, of).join("\n");
/** An object with the fields of `of`. */
export const fields = <T>(count: number, of: (index: number) => [string, T]): Record<string, T> => Object.fromEntries(list(count, of));
/** A text that nests in itself. */
export const nested = (count: number, open: string, close: string, inner = "") => open.repeat(count) + inner + close.repeat(count);
/** Statements `v1 := …`, `v2 := …`, each from the variable of the one before. */
export const chain = (count: number, of: (name: string) => string) => lines(count, (index) => `v${index + 1} := ${of(`v${index}`)}`);

export const rules = (text: string) => `package p\n${text}\n`;
/** A case that evaluates one body; its answer is `x`. */
export const body = (text: string, input?: object): Case => ({
  load: rules(`r := x if {\n${text}\n}`),
  evaluate: "data.p.r",
  ...(input && { input }),
});
/** A case that evaluates one term. */
export const value = (text: string, input?: object): Case => ({
  load: rules(`r := ${text}`),
  evaluate: "data.p.r",
  ...(input && { input }),
});

export const range = (count: number) => `numbers.range(1, ${count})`;
/** Rules of which each contains the one before it twice: small in memory, endless to traverse. */
export const twice = (name: string, count: number) =>
  `${name}0 := [input.a]\n${lines(count, (index) => `${name}${index + 1} := [${name}${index}, ${name}${index}]`)}`;
/** A case on a value that repeats itself, `a30`, and on its equal `b30`. */
export const onTwice = (text: string): Case => ({
  load: rules(`${twice("a", 30)}\n${twice("b", 30)}\nr := ${text}`),
  evaluate: "data.p.r",
  input: { a: 1 },
});
