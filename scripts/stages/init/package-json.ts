// Changes to a package.json that keep its form: what was there stays as it was written.
import { applyEdits, findNodeAtLocation, modify, parseTree, type FormattingOptions, type JSONPath } from "jsonc-parser";

/** Where a value is to be, and the value. */
export type Addition = { path: JSONPath; value: unknown };

/** The text with values set; what is in another object takes its place in the alphabet, a new object comes last. */
export function withAdditions(text: string, additions: Addition[]): string {
  const formattingOptions = formatOf(text);
  return additions.reduce((before, { path, value }) => {
    const tree = parseTree(before);
    const isNested = path.length > 1 && tree !== undefined && findNodeAtLocation(tree, path.slice(0, -1)) !== undefined;
    const inAlphabet = (names: string[]) => names.filter((other) => other < String(path.at(-1))).length;
    return applyEdits(before, modify(before, path, value, { formattingOptions, ...(isNested ? { getInsertionIndex: inAlphabet } : {}) }));
  }, text);
}

/** How a text is indented; how its lines end is seen by the parser. */
function formatOf(text: string): FormattingOptions {
  const indent = /^([ \t]+)"/m.exec(text)?.[1] ?? "  ";
  return { insertSpaces: !indent.startsWith("\t"), tabSize: indent.length };
}
