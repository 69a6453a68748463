// Pages -> the commands in them, each with how it is run. Pure. Nothing is passed over in silence: a command that has no way to run is a
// fault, and so is a way whose command is in no page any more.
import { partsOf, shellLines, spansOf } from "../docs/pages.ts";
import type { Way } from "./ways.ts";

export type Guide = { page: string; text: string };
export type GuideCommand = { page: string; command: string };
export type Planned = GuideCommand & { way: Way };

/** What a reader puts for words in angle brackets. */
const MEANT: Record<string, string> = {
  "<board>": "filogic-256",
  "<triple>": "aarch64-unknown-linux-musl",
  "<MiB>": "128",
  "<pid>": "self",
};

/** Programs by which code in a text is known to be a command. `boardkit build` without npx is what a command is called. */
const PROGRAMS = "cargo|df|echo|getconf|grep|ldd|ls|maturin|napi|node|npm|npx|python3|readelf|rm";
const COMMAND = new RegExp(`^(?:${PROGRAMS}) .`);

/**
 * The commands of a page in their order: lines of its blocks for a shell, and those in its text. A block that is a script of its own is
 * one, by its first line.
 */
export function commandsOf({ page, text }: Guide): GuideCommand[] {
  const commands = partsOf(text).flatMap((part) => {
    if ("text" in part) return spansOf(part.text).filter((span) => COMMAND.test(span));
    if (part.language !== "sh") return [];
    const [script] = /^#!.*/.exec(part.code.trim()) ?? [];
    return script ? [script] : shellLines(part.code);
  });
  return commands.map((command) => ({ page, command: command.replaceAll(/<\w+>/g, (word) => MEANT[word] ?? word) }));
}

/** The commands of all pages, each once, with its way; what begins with `npx boardkit` and is not listed runs in the checkout. */
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
  for (const command of Object.keys(ways)) if (!first.has(command)) faults.push(`\`${command}\` has a way to run, and is in no page`);
  return { planned, faults };
}
