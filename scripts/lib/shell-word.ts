// Words in the syntax of a POSIX shell.

/** A word in single quotes. */
export function shellQuote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A word that every POSIX shell reads as this text, in quotes only if it needs them; also fish and csh, unless it has a quote. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : shellQuote(word);
}
