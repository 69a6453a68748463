// Changes to a package.json that keep the format of its text.
import { applyEdits, findNodeAtLocation, modify, parseTree, type FormattingOptions, type JSONPath } from "jsonc-parser";

/** A value and its path. */
export type Addition = { path: JSONPath; value: unknown };

/** The text with values set. A value in an existing object takes its place in the alphabet, a new object comes last. */
export function withAdditions(text: string, additions: Addition[]): string {
  const formattingOptions = formatOf(text);
  return additions.reduce((before, { path, value }) => {
    const tree = parseTree(before);
    const isNested = path.length > 1 && tree !== undefined && findNodeAtLocation(tree, path.slice(0, -1)) !== undefined;
    const inAlphabet = (names: string[]) => names.filter((name) => name < String(path.at(-1))).length;
    return applyEdits(before, modify(before, path, value, { formattingOptions, ...(isNested ? { getInsertionIndex: inAlphabet } : {}) }));
  }, text);
}

/** The indentation of a text; the parser detects its line ends. */
function formatOf(text: string): FormattingOptions {
  const indent = /^([ \t]+)"/m.exec(text)?.[1] ?? "  ";
  return { insertSpaces: !indent.startsWith("\t"), tabSize: indent.length };
}
