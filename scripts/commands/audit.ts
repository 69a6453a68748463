import { statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { InvalidArgumentError, Option } from "commander";
import type { AppReport } from "../audit/app/report.ts";
import { isApp } from "../audit/app/tree/is-app.ts";
import { auditAll } from "../audit/audit-all.ts";
import { listInputs } from "../audit/audit-inputs.ts";
import type { Place } from "../audit/place.ts";
import type { Audit } from "../audit/report.ts";
import { whileRunning } from "../lib/reporter.ts";
import { placesOf } from "../model/place.ts";
import type { Context } from "../stages/context.ts";
import { readArgument } from "../stages/fetch-app/argument.ts";
import type { Define } from "./command.ts";
import { describeApp } from "./output/app-verdicts.ts";
import { failOnApps, failOnFindings } from "./output/audit-failures.ts";
import { describeBoards, describeFindings } from "./output/audit-text.ts";
import { writeAudit } from "./output/write-audit.ts";
import { createContext, folderOf, jsonOption, print } from "./shared.ts";

type Options = {
  target?: string;
  board?: string[];
  host?: string;
  sshConfig?: string;
  node?: string;
  all: boolean;
  verbose: boolean;
  author: boolean;
  omit: string[];
  findVersion: boolean;
  python: boolean;
  pythonVersion?: string;
  failOn: "error" | "warning";
  html?: string;
  json: boolean;
};

/** `boardkit audit`: whether an app or addons will run on a board. */
export const defineAudit: Define = (command, edge) => {
  command
    .description("check whether an app or addons will run on a board or target")
    .argument(
      "<what...>",
      "apps: folders with node_modules, lockfiles, names of npm packages; or files, folders, npm tarballs, wheels, Debian and OpenWrt packages",
    )
    .addOption(
      new Option("--board <ids>", "boards of targets/boards, each with its usual system or as <board>@<system>, separated by commas")
        .argParser((ids: string) => ids.split(","))
        .conflicts("target"),
    )
    .option("-t, --target <triple>", "a target of targets/triples")
    .addOption(
      new Option("--host <host>", "a machine that ssh reaches: what `boardkit probe` finds out about it").conflicts(["board", "target"]),
    )
    .option("--ssh-config <file>", "configuration of ssh for --host, instead of ~/.ssh/config")
    .addOption(
      new Option("--node <line>", "the Node line on the board, for example 22; without it the newest that runs there").argParser(String),
    )
    .option("--all", "audit every native file of an app, also those that are never loaded", false)
    .option("--verbose", "print which files of an app are loaded, and how they are found", false)
    .option("--author", "explain the problems of an app to the authors of its packages: each rule, what it found and how to build", false)
    .addOption(
      new Option("--omit <kind>", "leave out dependencies of this kind of a lockfile, as npm does")
        .choices(["dev"])
        .default([], "none")
        .argParser((kind: string, before: string[]) => [...before, kind]),
    )
    .option("--python", "the arguments are Python packages: names, a requirements.txt, or wheels", false)
    .addOption(
      new Option("--python-version <x.y>", "the Python on the board; without it the one of its system's packages").argParser(parsePython),
    )
    .option("--find-version", "for each package that fails, look for the newest other version that runs on all boards asked", false)
    .addOption(
      new Option("--fail-on <severity>", "the lowest severity that makes the exit code 1").choices(["error", "warning"]).default("error"),
    )
    .option("--html <file>", "also write the verdicts as a page: one file without scripts that loads nothing")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nAn app gets a verdict for each package with native parts. Without --board, --target and --host it is checked against every board.\nA package-lock.json, npm-shrinkwrap.json, pnpm-lock.yaml, yarn.lock or package.json, and names such as sharp or snappy@7, are fetched\nas the board would install them, into a temporary folder. No script of a package runs.",
    )
    .action(async (given: string[], options: Options) => {
      const context = createContext({ jobs: availableParallelism(), json: options.json }, edge);
      const { registry, signal, jobs, reporter } = context;
      const cwd = folderOf(command);
      const { board, target, host } = options;
      const found =
        host === undefined
          ? board
            ? board.flatMap((id) => placesOf(registry, { board: id }))
            : placesOf(registry, target === undefined ? {} : { target })
          : [await placeOfHost(host, options.sshConfig && resolve(cwd, options.sshConfig), context)];
      const places = options.node === undefined ? found : found.map((place) => ({ ...place, node: options.node! }));
      const named = [board, target, host].some((one) => one !== undefined);
      const args = options.python ? [] : given.map((one) => readArgument(one, cwd));
      const paths = args.flatMap((one) => (one.kind === "path" ? [one.path] : []));
      const isAppPath = (path: string) => !options.all && isFolder(path) && isApp(path);
      const audits: Audit[] = [];
      const files = paths.filter((path) => !isAppPath(path));
      const inputs = files.length === 0 ? [] : await listInputs(files, cwd);
      const add = (audit: Audit) => {
        audits.push(audit);
        if (!options.json) print(named ? describeFindings(audit) : describeBoards(audit));
      };
      if (inputs.length > 0)
        await whileRunning(reporter, ["audit", "files"], async ({ update }) => {
          const onFile = (done: number) => update({ count: { done, of: inputs.length, unit: "files" } });
          onFile(0);
          for await (const audit of auditAll(inputs, places, { jobs, signal, onFile })) add(audit);
        });
      const apps: AppReport[] = [];
      const projects = args.flatMap((one) => (one.kind === "project" ? [one.path] : []));
      const names = args.flatMap((one) => (one.kind === "name" ? [one.name] : []));
      const folders = paths.filter(isAppPath);
      if (options.python || folders.length + projects.length + names.length > 0) {
        const { auditOptionsOf, showAudit } = await import("../stages/fetch-app/audit-options.ts");
        const audience = options.author ? ("author" as const) : ("user" as const);
        const audit = { ...(await auditOptionsOf(context)), audience };
        const fetching = { places, audit, context, env: edge.env, omit: options.omit };
        const addApp = async (report: AppReport) => {
          const complete =
            options.findVersion && !options.python
              ? await (await import("../stages/fetch-app/find-version.ts")).addOtherVersions(report, cwd, fetching)
              : report;
          apps.push(complete);
          if (!options.json) print(describeApp(complete, options.verbose));
        };
        if (options.python) {
          const { auditPython } = await import("../stages/fetch-wheels/fetch-wheels.ts");
          await addApp(await auditPython(given, cwd, options.pythonVersion, fetching));
        }
        if (folders.length > 0) {
          const { auditApp } = await import("../audit/app/audit-app.ts");
          for (const path of folders)
            await addApp(await showAudit(reporter, path, (onFile) => auditApp(path, places, { ...audit, onFile })));
        }
        if (projects.length + names.length > 0) {
          const { auditNames, auditProject } = await import("../stages/fetch-app/fetch-app.ts");
          for (const path of projects) await addApp(await auditProject(path, fetching));
          if (names.length > 0) await addApp(await auditNames(names, cwd, fetching));
        }
      }
      if (options.json) print(JSON.stringify({ schema: 1, files: audits, ...(apps.length > 0 ? { apps } : {}) }, null, 2));
      const line = await writeAudit({ apps, files: audits }, options.html && resolve(cwd, options.html), edge.env);
      if (line !== undefined && !options.json) print(line);
      failOnApps(apps, options.failOn, named);
      await failOnFindings(audits, options.failOn, named);
    });
};

/** The environment of a machine, asked for over ssh. */
async function placeOfHost(name: string, config: string | undefined, context: Context): Promise<Place> {
  const { probeHost } = await import("../stages/probe/probe.ts");
  const { placeOfMachine } = await import("../model/probe/place.ts");
  return placeOfMachine(context.registry, await probeHost({ name, config, trust: false }, context));
}

function parsePython(value: string): string {
  if (!/^3\.\d{1,2}$/.test(value)) throw new InvalidArgumentError("expected a version such as 3.11.");
  return value;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
