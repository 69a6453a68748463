// Tables of the pages, as the site's styles need them. Pure.

/** What is read and set here of a token of markdown-it. */
type Token = { type: string; content: string; attrSet(name: string, value: string): void };

/** More columns than these and a longer text than this do not fit a phone beside each other. */
const [COLUMNS, CHARACTERS] = [2, 40];

/** Gives each cell the name of its column; a table of long texts becomes one of records, which a phone shows below each other. */
export function labelTables(tokens: Token[]): void {
  let table: Token | undefined;
  let headings: string[] = [];
  let column = 0;
  let longest = 0;
  for (const [at, token] of tokens.entries()) {
    const text = textOf(tokens[at + 1]?.content ?? "");
    if (token.type === "table_open") [table, headings, longest] = [token, [], 0];
    else if (token.type === "tr_open") column = 0;
    else if (token.type === "th_open") headings.push(text);
    else if (token.type === "td_open") {
      token.attrSet("data-column", headings[column] ?? "");
      column += 1;
      longest = Math.max(longest, text.length);
    } else if (token.type === "table_close" && headings.length > COLUMNS && longest > CHARACTERS) table?.attrSet("class", "records");
  }
}

/** The text of a cell without its code and the addresses of its links. */
function textOf(cell: string): string {
  return cell.replaceAll(/`[^`]*`/g, "").replaceAll(/\]\([^)]*\)/g, "]");
}
