import { availableParallelism } from "node:os";
import { Option } from "commander";
import { BoardkitError } from "../lib/errors.ts";
import { formatBytes } from "../lib/reporter.ts";
import type { Audit, Severity } from "../audit/report.ts";
import { auditAll } from "../audit/audit-all.ts";
import { listInputs } from "../audit/audit-inputs.ts";
import type { Define } from "./command.ts";
import { createContext, folderOf, jsonOption, print } from "./shared.ts";
import { placesOf } from "../model/place.ts";

type Options = { target?: string; board?: string; failOn: "error" | "warning"; json: boolean };

const MARK: Record<Severity, string> = { error: "✗", warning: "!", note: "·" };

/** `boardkit audit`: whether addons will run on a board. */
export const defineAudit: Define = (command, edge) => {
  command
    .description("check whether addons will run on a board or target")
    .argument("<paths...>", "files, folders (node_modules, dist), npm tarballs, wheels, Debian and OpenWrt packages")
    .addOption(new Option("--board <id>", "a board of targets/boards").conflicts("target"))
    .option("-t, --target <triple>", "a target of targets/triples")
    .addOption(
      new Option("--fail-on <severity>", "the severity from which the exit code is 1").choices(["error", "warning"]).default("error"),
    )
    .addOption(jsonOption())
    .addHelpText("after", "\nWithout --board and --target each file is checked against every board.")
    .action(async (paths: string[], options: Options) => {
      const { registry, signal, jobs } = createContext({ jobs: availableParallelism() }, edge);
      const cwd = folderOf(command);
      const { board, target } = options;
      const places = placesOf(registry, { ...(board ? { board } : {}), ...(target ? { target } : {}) });
      const named = board !== undefined || target !== undefined;
      const audits: Audit[] = [];
      for await (const audit of auditAll(await listInputs(paths, cwd), places, { jobs, signal })) {
        audits.push(audit);
        if (!options.json) print(named ? describeFindings(audit) : describeBoards(audit));
      }
      if (options.json) print(JSON.stringify({ schema: 1, files: audits }, null, 2));
      await failOnFindings(audits, options.failOn, named);
    });
};

/** A file against the place or places that were named: one line a finding. */
function describeFindings(audit: Audit): string {
  return audit.places
    .map(({ name, findings }) => {
      const mark = findings.some((found) => found.severity === "error") ? "✗" : "✓";
      const lines = findings.flatMap((found) => [
        `  ${MARK[found.severity]} ${found.rule}: ${found.message}`,
        ...(found.severity === "note" ? [] : [`    fix: ${found.fix}`]),
      ]);
      return [`${mark} ${audit.path} on ${name}: ${formatBytes(audit.bytes)}`, ...lines].join("\n");
    })
    .join("\n");
}

/** A file against all boards: where it runs, and why not elsewhere. */
function describeBoards(audit: Audit): string {
  const errorsOf = (findings: Audit["places"][number]["findings"]) => findings.filter((found) => found.severity === "error");
  const good = audit.places.filter(({ findings }) => errorsOf(findings).length === 0).map(({ name }) => name);
  const bad = audit.places
    .map(({ name, findings }) => ({ name, errors: errorsOf(findings) }))
    .filter(({ errors }) => errors.length > 0 && errors[0]?.rule !== "file/architecture");
  const what = audit.facts ? `${audit.facts.arch} ${audit.facts.libc ?? "no C library"}, ${formatBytes(audit.bytes)}` : "no ELF file";
  return [
    `${good.length > 0 ? "✓" : "✗"} ${audit.path}: ${what}; runs on ${good.join(", ") || "no known board"}`,
    ...bad.map(({ name, errors }) => `  ✗ ${name}: ${errors.map((found) => `${found.rule}: ${found.message}`).join("; ")}`),
  ].join("\n");
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
  throw new BoardkitError(`${bad.length} of ${audits.length} files ${named ? "would not run there" : "run on no known board"}`, {
    code: "AUDIT_FAILED",
    tail: bad.map(({ path }) => path).join("\n"),
    fix: [...ids]
      .filter((id) => counts(rules[id].severity))
      .map((id) => `${id}: ${rules[id].link}`)
      .join("\n"),
  });
}
