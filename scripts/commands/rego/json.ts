// JSON as Go's encoder writes it: two spaces, `<`, `>` and `&` escaped, members and digits as they are in the text.

const ESCAPES: Record<string, string> = { "<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029" };
const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s"[\]{},:]+/g;

/** A compact or other JSON text with indentation. The members keep their order and the numbers their digits. */
export function goJson(text: string): string {
  let out = "";
  let depth = 0;
  const line = () => `\n${"  ".repeat(depth)}`;
  const tokens = text.match(TOKEN) ?? [];
  for (const [index, token] of tokens.entries()) {
    const next = tokens[index + 1];
    if (token === "{" || token === "[") {
      out += token;
      depth += 1;
      if (next !== "}" && next !== "]") out += line();
    } else if (token === "}" || token === "]") {
      depth -= 1;
      const before = tokens[index - 1];
      out += before === "{" || before === "[" ? token : `${line()}${token}`;
    } else if (token === ",") out += `,${line()}`;
    else if (token === ":") out += ": ";
    else out += escaped(token);
  }
  return out;
}

/** A compact text, with the same escapes. */
export function goCompactJson(text: string): string {
  return (text.match(TOKEN) ?? []).map(escaped).join("");
}

function escaped(token: string): string {
  return token.startsWith('"') ? token.replace(/[<>&\u2028\u2029]/g, (c) => ESCAPES[c] ?? c) : token;
}
