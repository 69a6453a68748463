import { resolve } from "node:path";
import { BoardkitError } from "../lib/errors.ts";
import { formatTable } from "../lib/reporter.ts";
import { builderNames } from "../model/builder.ts";
import { examineEveryBuilder, type BuilderFinding } from "../stages/doctor/builders.ts";
import { examineEngines, type EngineFinding } from "../stages/doctor/engines.ts";
import { fixHost } from "../stages/doctor/fix.ts";
import { examine, type Finding } from "../stages/doctor/doctor.ts";
import type { Define } from "./command.ts";
import { createContext, folderOf, jsonOption, print, searchOf } from "./shared.ts";

/** `boardkit doctor`: which programs and toolchains this machine has, and which builders work on it. */
export const defineDoctor: Define = (command, edge) => {
  command
    .option("--fix", "install missing system packages (as root), the builders' tools and container images", false)
    .addOption(jsonOption())
    .action(async (options: { fix: boolean; json: boolean }) => {
      const context = createContext({}, edge);
      const search = searchOf(edge);
      const folder = resolve(folderOf(command));
      if (options.fix) await fixHost((await examine(context, search.searchPath, folder)).findings, search, folder, context);
      const host = await examine(context, search.searchPath, folder);
      const { findings: engines, engine } = await examineEngines(search, context);
      const builders = await examineEveryBuilder(host, { ...search, engine }, context);
      const { findings } = host;
      if (options.json) print(JSON.stringify({ schema: 2, findings, engines, builders }, null, 2));
      else print([describeFindings(findings), describeEngines(engines), describeBuilders(builders)].join("\n\n"));
      const missing = findings.filter((finding) => finding.state === "missing");
      if (missing.length === 0) return;
      throw new BoardkitError(`missing: ${missing.map((finding) => finding.name).join(", ")}`, {
        code: "TOOL_MISSING",
        exit: "toolMissing",
        fix: [...fixesOf(missing), "or, for Debian packages, run: boardkit doctor --fix"].join("\n"),
      });
    });
};

/** Each fix once, after the names of the findings that it fixes. */
function fixesOf(missing: Finding[]): string[] {
  return [...Map.groupBy(missing, ({ fix }) => fix)].map(([fix, found]) => `${found.map(({ name }) => name).join(", ")}: ${fix}`);
}

function describeFindings(findings: Finding[]): string {
  return formatTable(
    ["", "name", "state"],
    findings.map((finding) => [{ ok: "✓", fetched: "-", missing: "✗" }[finding.state], finding.name, finding.text]),
  );
}

/** One row per container engine: which one `--builder cross` takes, and why others do not work. */
export function describeEngines(findings: EngineFinding[]): string {
  const mark = ({ works, used }: EngineFinding) => (used ? "✓" : works ? "-" : "✗");
  const text = ({ works, used, text: about }: EngineFinding) => (works && !used ? `${about}; not needed` : about);
  return formatTable(
    ["", "container engine", "state"],
    findings.map((finding) => [mark(finding), finding.name, text(finding)]),
  );
}

/** One row per target and one column per builder; below, the reasons and fixes of those that do not work, and notes on those that do. */
export function describeBuilders(findings: BuilderFinding[]): string {
  const notes: string[] = [];
  const mark = (text: string) => {
    if (!notes.includes(text)) notes.push(text);
    return `[${notes.indexOf(text) + 1}]`;
  };
  const cell = ({ works, note, reason, fix }: BuilderFinding) => {
    if (!works) return `✗ ${mark(`${reason}\n    fix: ${(fix ?? "").replaceAll("\n", "\n          ")}`)}`;
    return note ? `✓ ${mark(note)}` : "✓";
  };
  const targets = [...new Set(findings.map(({ target }) => target))];
  const rows = targets.map((target) => [target, ...findings.filter((finding) => finding.target === target).map(cell)]);
  return [formatTable(["target", ...builderNames], rows), "", ...notes.map((note, index) => `[${index + 1}] ${note}`)].join("\n");
}
