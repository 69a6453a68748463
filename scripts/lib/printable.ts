// Text of other machines for a terminal: it may have any bytes, also commands for the terminal.
import { stripVTControlCharacters } from "node:util";

/** Control characters, also those that have no glyph or change the direction of a line. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** A text without control characters: each is its number, `\u{1b}`. At most `most` characters. */
export function printableName(text: string, most = 80): string {
  const escaped = text.replaceAll(UNSEEN, (one) => `\\u{${one.codePointAt(0)?.toString(16)}}`);
  return escaped.length > most ? `${escaped.slice(0, most - 1)}…` : escaped;
}

/** A line of a log is seldom longer; a file that was printed by mistake is. */
const LONGEST_LINE = 500;

/** The text without commands for the terminal and control characters, and with the end of long lines left out. */
export function printable(text: string): string {
  return (
    stripVTControlCharacters(text)
      .replaceAll("\r\n", "\n")
      // eslint-disable-next-line no-control-regex
      .replaceAll(/[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g, "\uFFFD")
      .replaceAll(new RegExp(`^(.{${LONGEST_LINE}}).+$`, "gmu"), "$1…")
  );
}
