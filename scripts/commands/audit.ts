import { statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { isAbsolute, join } from "node:path";
import { Option } from "commander";
import { auditRevision } from "../audit/app/revision.ts";
import type { AppReport } from "../audit/app/report.ts";
import { isApp } from "../audit/app/tree/read-tree.ts";
import { auditAll } from "../audit/audit-all.ts";
import { listInputs } from "../audit/audit-inputs.ts";
import type { Place } from "../audit/place.ts";
import type { Audit, Severity } from "../audit/report.ts";
import { BoardkitError } from "../lib/errors.ts";
import { featureNames } from "../model/feature-names.ts";
import { placesOf } from "../model/place.ts";
import { getArchitecture } from "../model/registry.ts";
import type { Context } from "../stages/context.ts";
import type { Define } from "./command.ts";
import { describeApp } from "./output/app-verdicts.ts";
import { describeBoards, describeFindings } from "./output/audit-text.ts";
import { createContext, folderOf, jsonOption, print } from "./shared.ts";

type Options = {
  target?: string;
  board?: string[];
  node?: string;
  all: boolean;
  verbose: boolean;
  failOn: "error" | "warning";
  json: boolean;
};

/** `boardkit audit`: whether an app or addons will run on a board. */
export const defineAudit: Define = (command, edge) => {
  command
    .description("check whether an app or addons will run on a board or target")
    .argument("<paths...>", "apps (folders with node_modules), or files, folders, npm tarballs, wheels, Debian and OpenWrt packages")
    .addOption(
      new Option("--board <ids>", "boards of targets/boards, each with its usual system or as <board>@<system>, separated by commas")
        .argParser((ids: string) => ids.split(","))
        .conflicts("target"),
    )
    .option("-t, --target <triple>", "a target of targets/triples")
    .addOption(
      new Option("--node <line>", "the Node line on the board, for example 22; without it the newest that runs there").argParser(String),
    )
    .option("--all", "audit every native file of an app, also those that are never loaded", false)
    .option("--verbose", "print which files of an app are loaded, and how they are found", false)
    .addOption(
      new Option("--fail-on <severity>", "the lowest severity that makes the exit code 1").choices(["error", "warning"]).default("error"),
    )
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nAn app gets a verdict for each package with native parts. Without --board and --target it is checked against every board.",
    )
    .action(async (paths: string[], options: Options) => {
      const context = createContext({ jobs: availableParallelism() }, edge);
      const { registry, signal, jobs } = context;
      const cwd = folderOf(command);
      const { board, target } = options;
      const found = board
        ? board.flatMap((id) => placesOf(registry, { board: id }))
        : placesOf(registry, target === undefined ? {} : { target });
      const places = options.node === undefined ? found : found.map((place) => ({ ...place, node: options.node! }));
      const named = board !== undefined || target !== undefined;
      const isAppPath = (path: string) => !options.all && isFolder(absolute(path, cwd)) && isApp(absolute(path, cwd));
      const audits: Audit[] = [];
      const files = paths.filter((path) => !isAppPath(path));
      for await (const audit of auditAll(files.length === 0 ? [] : await listInputs(files, cwd), places, { jobs, signal })) {
        audits.push(audit);
        if (!options.json) print(named ? describeFindings(audit) : describeBoards(audit));
      }
      const apps: AppReport[] = [];
      for (const path of paths.filter(isAppPath)) {
        const report = await auditOne(absolute(path, cwd), places, context);
        apps.push(report);
        if (!options.json) print(describeApp(report, options.verbose));
      }
      if (options.json) print(JSON.stringify({ schema: 1, files: audits, ...(apps.length > 0 ? { apps } : {}) }, null, 2));
      failOnApps(apps, options.failOn, named);
      await failOnFindings(audits, options.failOn, named);
    });
};

function absolute(path: string, cwd: string): string {
  return isAbsolute(path) ? path : join(cwd, path);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

async function auditOne(folder: string, places: Place[], { registry, cache, jobs, signal }: Context): Promise<AppReport> {
  const { auditApp } = await import("../audit/app/audit-app.ts");
  return auditApp(folder, places, {
    jobs,
    signal,
    cache: join(cache, "audit"),
    revision: await auditRevision(),
    featureNames: featureNames(registry),
    npmCpu: (arch) => getArchitecture(registry, arch).node,
  });
}

/** With named boards one failure is enough; without, a package fails that runs nowhere. */
function failOnApps(apps: AppReport[], failOn: "error" | "warning", named: boolean): void {
  const isBad = ({ verdict }: { verdict: string }) => verdict === "fails" || (failOn === "warning" && verdict === "warning");
  const all = apps.flatMap(({ packages }) => packages);
  const bad = all.filter(({ places }) => (named ? places.some(isBad) : places.every(isBad)));
  if (bad.length === 0) return;
  throw new BoardkitError(
    `${bad.length} of ${all.length} packages ${named ? "would not run on a chosen board or target" : "run on no known board"}: ${bad.map(({ name }) => name).join(", ")}`,
    { code: "AUDIT_FAILED", fix: "the lines below each package say why" },
  );
}

async function failOnFindings(audits: Audit[], failOn: "error" | "warning", named: boolean): Promise<void> {
  const counts = (severity: Severity) => severity === "error" || (failOn === "warning" && severity === "warning");
  const isBad = ({ places }: Audit) => {
    const bad = places.map(({ findings }) => findings.some((found) => counts(found.severity)));
    return named ? bad.some(Boolean) : bad.every(Boolean);
  };
  const bad = audits.filter(isBad);
  if (bad.length === 0) return;
  const { rules } = await import("../audit/rules/index.ts");
  const ids = new Set(bad.flatMap(({ places }) => places.flatMap(({ findings }) => findings.map((found) => found.rule))));
  throw new BoardkitError(
    `${bad.length} of ${audits.length} files ${named ? "would not run on the chosen board or target" : "run on no known board"}`,
    {
      code: "AUDIT_FAILED",
      tail: bad.map(({ path }) => path).join("\n"),
      fix: [...ids]
        .filter((id) => counts(rules[id].severity))
        .map((id) => `${id}: ${rules[id].link}`)
        .join("\n"),
    },
  );
}
