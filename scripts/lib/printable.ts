// Text of other machines for a terminal: what a board prints may have any bytes, also commands for the terminal.
import { stripVTControlCharacters } from "node:util";

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
