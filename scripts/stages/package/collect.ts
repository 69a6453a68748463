// Collects the addons in dist/ for packing: built from this version, audited, and run.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { hashFile } from "../../lib/hash.ts";
import type { Project } from "../../model/project.ts";
import type { AuditedManifest, Manifest } from "../../model/report/manifest.ts";
import { readManifest } from "../manifest.ts";

/** An addon that can be packed. */
export type Packable = {
  manifest: AuditedManifest;
  /** Absolute path of the addon. */
  path: string;
  /** The runs that it passed, each as a line. */
  smoke: string[];
};

/** `fix` is a sentence, or a command of Boardkit that takes the target. */
type Problem = { code: string; text: string; target: string; fix: string | { command: "build" | "smoke"; more: string } };

/** The addons of targets in a folder; one error lists all that cannot be packed. `untested` allows those without a passed smoke run. */
export async function collectPackables(project: Project, folder: string, triples: string[], untested: boolean): Promise<Packable[]> {
  const found = await Promise.all(triples.map((triple) => collectOne(project, folder, triple, untested)));
  const problems = found.filter((item) => "code" in item);
  const [first] = problems;
  if (!first) return found.filter((item) => "path" in item);
  const texts = problems.map(({ text }) => text);
  throw new BoardkitError(texts.length === 1 ? first.text : `${texts.length} targets cannot be packed:\n  ${texts.join("\n  ")}`, {
    code: problems.every(({ code }) => code === first.code) ? first.code : "DIST_UNFIT",
    place: folder,
    fix: fixesOf(problems).join("\n"),
  });
}

/** Each fix once, with all its targets. */
function fixesOf(problems: Problem[]): string[] {
  const texts = problems.flatMap(({ fix }) => (typeof fix === "string" ? [fix] : []));
  const commands = problems.flatMap(({ fix, target }) => (typeof fix === "string" ? [] : [{ ...fix, target }]));
  const grouped = Map.groupBy(commands, ({ command, more }) => `${command}\0${more}`);
  const lines = [...grouped.values()].map((group) => {
    const [{ command, more } = { command: "", more: "" }] = group;
    return `boardkit ${command} ${group.map(({ target }) => `--target ${target}`).join(" ")}${more}`;
  });
  return [...new Set([...texts, ...lines])];
}

async function collectOne(project: Project, folder: string, triple: string, untested: boolean): Promise<Packable | Problem> {
  const dist = join(folder, triple);
  const manifest = await readManifest(dist);
  const path = join(dist, manifest?.artifact.file ?? "");
  const problem = (code: string, text: string, fix: Problem["fix"]): Problem => ({ code, text, target: triple, fix });
  const build = (more = "") => ({ command: "build" as const, more });
  const audit = manifest?.audit;
  if (!manifest || !audit || !existsSync(path)) return problem("NOT_BUILT", `${triple} is not built`, build());
  const { name, version } = manifest.project;
  if (name !== project.name || version !== project.version) {
    const text = `${triple} was built as ${name} ${version}, but package.json has ${project.name} ${project.version}`;
    return problem("VERSION_MISMATCH", text, build());
  }
  if ((await hashFile(path)) !== manifest.artifact.sha256)
    return problem("ARTIFACT_CHANGED", `${path} has changed since its audit`, build(" --force"));
  const errors = audit.findings.filter((found) => found.severity === "error");
  if (errors.length > 0) {
    const text = `${triple} failed its audit: ${errors.map((found) => `${found.rule}: ${found.message}`).join("; ")}`;
    return problem("AUDIT_FAILED", text, [...new Set(errors.map((found) => `${found.rule}: ${found.fix}`))].join("\n"));
  }
  const failed = manifest.smoke.find((run) => run.outcome === "failed");
  if (failed) return problem("SMOKE_FAILED", `${triple} failed its ${failed.kind} run on ${failed.cpu}`, { command: "smoke", more: "" });
  if (!untested && !manifest.smoke.some((run) => run.outcome === "passed"))
    return problem("NOT_RUN", `${triple} is built, but has passed no smoke run`, {
      command: "smoke",
      more: "; or pack it anyway with --untested",
    });
  return { manifest: { ...manifest, audit }, path, smoke: manifest.smoke.filter((run) => run.outcome === "passed").map(describeRun) };
}

function describeRun({ runtime, cpu, standsIn }: Manifest["smoke"][number]): string {
  return `${runtime} on ${cpu}${standsIn ? `; stand-in: ${standsIn}` : ""}`;
}
