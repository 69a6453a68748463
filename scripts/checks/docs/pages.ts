// Reads pages of documentation: their blocks of code, the lines that a shell is given, and code in their text. Pure.

const FENCE = /^ *```(\w*)\n([^]*?)^ *```$/gm;

/** A part of a page: text, or a block of code with its language. */
type Part = { text: string } | { language: string; code: string };

/** A page as its parts, in their order; a block in a list is indented as it stands there. */
export function partsOf(page: string): Part[] {
  const [first = "", ...rest] = page.split(FENCE);
  const parts: Part[] = [{ text: first }];
  for (let at = 0; at < rest.length; at += 3)
    parts.push({ language: rest[at] ?? "", code: rest[at + 1] ?? "" }, { text: rest[at + 2] ?? "" });
  return parts;
}

/** Blocks of code of a language. */
export function blocksOf(page: string, language: string): string[] {
  return partsOf(page).flatMap((part) => ("code" in part && part.language === language ? [part.code] : []));
}

/** A page without its blocks of code. */
export const withoutBlocks = (page: string) => page.replaceAll(FENCE, "");

/** Code in a text, which may go on in its next line; in a cell of a table a bar has a backslash before it. */
export function spansOf(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code.replaceAll(/\s+/g, " ").replaceAll("\\|", "|"));
}

/** Lines of a block for a shell, without indentation and the comments behind them. */
export function shellLines(block: string): string[] {
  return block
    .split("\n")
    .map((line) => line.replace(/(^| +)#.*$/, "").trim())
    .filter(Boolean);
}
