// Reads pages of documentation: blocks of code, lines for a shell, and code in the text. Pure.

const FENCE = /^ *```(\w*)\n([^]*?)^ *```$/gm;

/** A part of a page: text, or a block of code with its language. */
type Part = { text: string } | { language: string; code: string };

/** The parts of a page, in order; a block in a list keeps its indentation. */
export function partsOf(page: string): Part[] {
  const [first = "", ...rest] = page.split(FENCE);
  const parts: Part[] = [{ text: first }];
  for (let at = 0; at < rest.length; at += 3)
    parts.push({ language: rest[at] ?? "", code: rest[at + 1] ?? "" }, { text: rest[at + 2] ?? "" });
  return parts;
}

/** Blocks of code in a language. */
export function blocksOf(page: string, language: string): string[] {
  return partsOf(page).flatMap((part) => ("code" in part && part.language === language ? [part.code] : []));
}

/** A page without its blocks of code. */
export const withoutBlocks = (page: string) => page.replaceAll(FENCE, "");

/** Code in a text. It may continue on the next line; in a table cell a bar is escaped by a backslash. */
export function spansOf(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code.replaceAll(/\s+/g, " ").replaceAll("\\|", "|"));
}

/** Lines of a shell block, without indentation and comments. A line with a here-document is one with its text. */
export function shellLines(block: string): string[] {
  const lines: string[] = [];
  let end: string | undefined;
  for (const line of block.split("\n")) {
    if (end !== undefined) {
      lines.push(`${lines.pop()}\n${line}`);
      if (line === end) end = undefined;
      continue;
    }
    const command = line.replace(/(^| +)#.*$/, "").trim();
    if (command !== "") lines.push(command);
    end = /<<'(\w+)'/.exec(command)?.[1];
  }
  return lines;
}
