// Commands, options, scripts, files and headings that the pages name exist. `npm run test:guides` runs the commands of the guides.
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { loadRegistry } from "../../model/read-registry.ts";
import { commands } from "../../commands/index.ts";
import { createWholeProgram } from "../../commands/program/program.ts";
import { dev } from "../commands/dev.ts";
import { packageRoot } from "../../lib/paths.ts";
import { anchorOf } from "../docs-site/links.ts";
import { blocksOf, shellLines, spansOf, withoutBlocks } from "./pages.ts";

const read = (path: string) => readFileSync(join(packageRoot, path), "utf8");
const pages = globSync(["README.md", "CONTRIBUTING.md", "docs/*.md", "bindings/*/README.md"], { cwd: packageRoot }).toSorted();
const program = await createWholeProgram([...commands, dev], { env: {}, signal: new AbortController().signal, loadRegistry });

/** Lines of the shell blocks, and code in the text. */
function commandsOf(text: string): string[] {
  const lines = [...blocksOf(text, "sh").flatMap(shellLines), ...spansOf(withoutBlocks(text))];
  return lines.flatMap((line) => line.replace(/ +#.*$/, "").split(/&&|;/)).map((command) => command.trim());
}

/** The error in a call of `boardkit` or of an npm script; undefined for other commands. */
function faultOf(command: string): string | undefined {
  const npm = /^npm (?:run (?:--silent )?)?(?<script>[\w:-]+)(?<rest>.*)$/.exec(command)?.groups;
  if (npm && /^npm (?:run|test)\b/.test(command)) return faultOfScript(npm.script ?? "", npm.rest ?? "");
  const own = /^(?:npx )?boardkit (?<rest>[a-z-].*)$/.exec(command)?.groups;
  return own && faultOfCall(own.rest ?? "");
}

function faultOfScript(script: string, rest: string): string | undefined {
  const workspace = / (?:-w|--workspace) (\S+)/.exec(rest)?.[1] ?? ".";
  const { scripts } = JSON.parse(read(join(workspace, "package.json"))) as { scripts: Record<string, string> };
  const line = scripts[script];
  if (line === undefined) return `${workspace}/package.json has no script ${script}`;
  const [, args] = rest.split(" -- ");
  const call = /boardkit\.mjs(?<call>[^&]*)$/.exec(line)?.groups?.call;
  return args === undefined || call === undefined ? undefined : faultOfCall(`${call.trim()} ${args}`);
}

/** A call has commands, options, and after `--` the arguments of another program. */
function faultOfCall(call: string): string | undefined {
  const words = (call.split(" -- ")[0] ?? "").split(/\s+/).filter(Boolean);
  const names = words.filter((word, at) => !word.startsWith("-") && words[at - 1] !== "--cwd");
  const chain = [program];
  for (const name of names) {
    const last = chain.at(-1)!;
    if (last.commands.length === 0) break;
    const next = last.commands.find((one) => one.name() === name);
    if (!next) return `${last.name()} has no command ${name}`;
    chain.push(next);
  }
  const known = chain.flatMap(({ options }) => options.flatMap(({ long, short }) => [long, short]));
  const unknown = words.filter((word) => word.startsWith("-") && ![...known, "--help"].includes(word));
  return unknown.length > 0 ? `${chain.at(-1)!.name()} has no ${unknown.join(", ")}` : undefined;
}

test.each(pages)("%s names commands, scripts and options that exist", (page) => {
  const faults = commandsOf(read(page)).flatMap((command) => {
    const fault = faultOf(command);
    return fault ? [`${command}: ${fault}`] : [];
  });
  expect(faults).toEqual([]);
});

test("the checks find the commands of the pages, and errors in commands", () => {
  const checked = pages.flatMap((page) => commandsOf(read(page))).filter((command) => /^(npx )?boardkit |^npm run /.test(command));
  expect(checked.length).toBeGreaterThan(100);
  const broken = [
    "npx boardkit biuld --target x",
    "boardkit build --tagret x",
    "npm run fuz",
    "npm run smok -w bindings/node",
    "npm test -- --onyl x",
  ];
  expect(broken.filter((command) => faultOf(command) === undefined)).toEqual([]);
});

const anchorsOf = (text: string) => [...withoutBlocks(text).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchorOf(heading));

test.each(pages)("%s links to files and headings that exist", (page) => {
  const links = [...withoutBlocks(read(page)).matchAll(/\]\((?!\w+:)([^)#\s]*)#?([^)\s]*)\)/g)];
  const broken = links.filter(([, path = "", anchor = ""]) => {
    const target = path === "" ? page : join(dirname(page), path);
    return !existsSync(join(packageRoot, target)) || (anchor !== "" && !anchorsOf(read(target)).includes(anchor));
  });
  expect(broken.map(([link]) => link)).toEqual([]);
});

test("docs/crates.md has the text of the examples", () => {
  const page = read("docs/crates.md");
  const examples = [...page.matchAll(/\]\(\.\.\/(crates\/[^)]*\/examples\/[^)]*)\)/g)].map(([, path = ""]) => read(path));
  expect(examples).toHaveLength(2);
  expect(blocksOf(page, "rust")).toEqual(examples);
});

test("docs/troubleshooting.md has every code of the loader", () => {
  const sources = [
    "scripts/target-side/loader/loader.cjs",
    "scripts/target-side/loader/loader-failure.cjs",
    "bindings/node/ts/features.ts",
  ];
  const codes = new Set(sources.flatMap((path) => read(path).match(/ERR_ADDON_[A-Z_]+/g) ?? []));
  const page = read("docs/troubleshooting.md");
  expect(codes.size).toBeGreaterThan(10);
  expect([...codes].filter((code) => !page.includes(`| \`${code}\``))).toEqual([]);
});
