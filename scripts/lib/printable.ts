// Texts of strangers, for a terminal.

/** Control characters, also those that have no glyph or change the direction of a line. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A text without control characters: each is its number, `\u{1b}`. At most `most` characters. */
export function printable(text: string, most = 80): string {
  const escaped = text.replaceAll(UNSEEN, (one) => `\\u{${one.codePointAt(0)?.toString(16)}}`);
  return escaped.length > most ? `${escaped.slice(0, most - 1)}…` : escaped;
}
