// Splits Rego sources into tokens. Joined they are the source, with white space and comments.

const TOKENS =
  /\$?"(?:[^"\\\n]|\\.)*"?|\$?`[^`]*`?|#[^\n]*|[A-Za-z_]\w*|\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|:=|==|!=|<=|>=|\n|[^\S\n]+|[^\s\w]/gu;

/** The tokens of a source. */
export function tokensOf(source: string): string[] {
  return source.match(TOKENS) ?? [];
}

/** Whether a token is white space or a comment. */
export function isBlank(token: string): boolean {
  return /^(?:\s|#)/.test(token);
}

/** Whether a token is a name or a keyword. */
export function isWord(token: string): boolean {
  return /^[A-Za-z_]\w*$/.test(token);
}

/** Words of the language that cannot be names. */
export const KEYWORDS = [
  "as",
  "contains",
  "default",
  "else",
  "every",
  "false",
  "if",
  "import",
  "in",
  "not",
  "null",
  "package",
  "some",
  "true",
  "with",
] as const;

const KEYWORD_SET: ReadonlySet<string> = new Set(KEYWORDS);

/** Whether a token may name a variable, a rule or a part of a reference. */
export function isName(token: string): boolean {
  return isWord(token) && !KEYWORD_SET.has(token);
}
