// Pages -> their commands, each with its way to run. Pure. A command without a way to run is a fault, and so is a way whose command is
// in no page.
import { partsOf, shellLines, spansOf } from "../docs/pages.ts";
import type { Way } from "./ways.ts";

export type Guide = { page: string; text: string };
export type GuideCommand = { page: string; command: string };
export type Planned = GuideCommand & { way: Way };

/** Values for the placeholders in angle brackets. */
const PLACEHOLDERS: Record<string, string> = {
  "<board>": "filogic-256",
  "<triple>": "aarch64-unknown-linux-musl",
  "<MiB>": "128",
  "<pid>": "self",
};

/** Code in a text is a command if it begins with one of these programs. `boardkit build` without npx is the name of a command. */
const PROGRAMS = "cargo|df|echo|getconf|grep|ldd|ls|maturin|napi|node|npm|npx|python3|readelf|rm";
const COMMAND = new RegExp(`^(?:${PROGRAMS}) .`);

/**
 * The commands of a page, in order: lines of its shell blocks, and commands in its text. A block that is a script counts as one command:
 * its first line.
 */
export function commandsOf({ page, text }: Guide): GuideCommand[] {
  const commands = partsOf(text).flatMap((part) => {
    if ("text" in part) return spansOf(part.text).filter((span) => COMMAND.test(span));
    if (part.language !== "sh") return [];
    const [script] = /^#!.*/.exec(part.code.trim()) ?? [];
    return script ? [script] : shellLines(part.code);
  });
  return commands.map((command) => ({ page, command: command.replaceAll(/<\w+>/g, (word) => PLACEHOLDERS[word] ?? word) }));
}

/** The commands of all pages, each once, with its way; an unlisted command that begins with `npx boardkit` runs in the checkout. */
export function planGuides(guides: Guide[], ways: Record<string, Way>): { planned: Planned[]; faults: string[] } {
  const first = new Map<string, GuideCommand>();
  for (const one of guides.flatMap(commandsOf)) if (!first.has(one.command)) first.set(one.command, one);
  const planned: Planned[] = [];
  const faults: string[] = [];
  for (const one of first.values()) {
    const way = ways[one.command] ?? (one.command.startsWith("npx boardkit ") ? ({ place: "boardkit" } as const) : undefined);
    if (way) planned.push({ ...one, way });
    else faults.push(`${one.page}: \`${one.command}\` has no way to run`);
  }
  for (const command of Object.keys(ways)) if (!first.has(command)) faults.push(`\`${command}\` has a way to run, but no page has it`);
  return { planned, faults };
}
