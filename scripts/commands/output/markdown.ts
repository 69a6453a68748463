// Markdown of GitHub, and the job summary of GitHub Actions.
import { appendFile } from "node:fs/promises";

/** Adds a text to the job summary; outside of GitHub Actions there is none. */
export async function addToJobSummary({ GITHUB_STEP_SUMMARY: path }: NodeJS.ProcessEnv, text: () => string): Promise<void> {
  if (path) await appendFile(path, text());
}

/** Blocks with empty lines between them; `false` is no block. */
export function joinBlocks(blocks: (string | false)[]): string {
  return `${blocks.filter((block) => block !== false).join("\n\n")}\n\n`;
}

/** A table of GitHub's Markdown. */
export function table(header: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map(escapeMarkdown).join(" | ")} |`;
  return [line(header), `|${header.map(() => " --- |").join("")}`, ...rows.map(line)].join("\n");
}

/** Text that Markdown takes as it is: neither marks, links, mentions nor HTML. */
export function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\`*_[\]<>|~#&@]/g, (character) => `&#${character.codePointAt(0)};`).replaceAll(/\s*\n\s*/g, " ");
}
