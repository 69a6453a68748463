// Installs the Debian packages of dist/release on systems of their architectures, evaluates a policy, and removes the packages.
import { copyFile, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { releaseFolder, systemPackage } from "../../model/names.ts";
import type { Project } from "../../model/project.ts";
import type { Triple } from "../../model/targets/triple.ts";
import type { Context } from "../../stages/context.ts";
import { describeEnd, runOrFail, tailOf, type Outcome } from "../../tools/exec.ts";
import { enter, findSystem, type System } from "./systems.ts";

/** The result of one package: its decisions, or the step that failed. */
export type DebResult = { file: string; system: string; good: boolean; text: string };

/** Decisions by the installed package, and the path that it was loaded from. */
const CHECK = `
const { Engine } = require("@boardkit/grid");
const engine = new Engine();
engine.loadPolicy("authz.rego", 'package authz\\nallow if input.user == "ann"');
const answers = ["ann", "bob"].map((user) => String(engine.evaluate("data.authz.allow", { user })));
console.log(answers.join(" and "), "by Node", process.versions.node, "from", require.resolve("@boardkit/grid"));`;

/** Installs the release's package of each target. */
export async function testDebs(project: Project, targets: Triple[], context: Context): Promise<DebResult[]> {
  const release = releaseFolder(project.folder);
  const files = await readdir(release).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    throw new BoardkitError("there is no release yet", {
      code: "NOT_PACKED",
      exit: "usage",
      place: release,
      fix: "run: boardkit package",
    });
  });
  const results: DebResult[] = [];
  for (const target of targets) {
    if (!target.debian) continue;
    const { architecture, variant } = target.debian;
    const name = `${systemPackage(project.name)}${variant?.suffix ?? ""}`;
    const ends = `_${architecture}.deb`;
    const file = files.find((one) => one.startsWith(`${name}_`) && one.endsWith(ends));
    if (!file)
      throw new BoardkitError(`${release} has no ${name}${ends}`, { code: "NOT_PACKED", exit: "usage", fix: "run: boardkit package" });
    const clean = await findSystem(target, architecture, context);
    const folder = await mkdtemp(join(tmpdir(), "boardkit-debian-"));
    const started = performance.now();
    try {
      const system = { ...clean, root: join(folder, "root") };
      // Node's fs.cp does not copy device files.
      await runOrFail({ argv: ["cp", "--archive", clean.root, system.root], signal: context.signal }, "COPY_FAILED");
      for (const one of files.filter((other) => other.endsWith(ends))) await copyFile(join(release, one), join(system.root, "tmp", one));
      const others = files.filter((other) => other.endsWith(ends) && other !== file);
      const { good, text } = await testDeb(system, name, file, others, context.signal);
      const cpu = clean.rule ? `${clean.cpu} by QEMU` : "this machine";
      results.push({ file, system: `${architecture}, ${cpu}${variant ? "; a stand-in for ARMv6" : ""}`, good, text });
      const seconds = (performance.now() - started) / 1000;
      if (good) context.reporter.done("install", file, seconds);
      else context.reporter.failed("install", file, seconds, text);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return results;
}

type Step = { name: string; command: string[]; env?: Record<string, string>; isGood: (outcome: Outcome) => boolean };

async function testDeb(
  system: System,
  name: string,
  file: string,
  others: string[],
  signal: AbortSignal,
): Promise<Pick<DebResult, "good" | "text">> {
  const works = ({ exitCode, stdout }: Outcome) => exitCode === 0 && stdout.startsWith("true and undefined by ");
  const ended = ({ exitCode }: Outcome) => exitCode === 0;
  const node = ["node", "--eval", CHECK];
  const steps: Step[] = [
    { name: "dpkg --install", command: ["dpkg", "--install", `/tmp/${file}`], isGood: ended },
    { name: "dpkg --verify", command: ["dpkg", "--verify", name], isGood: (outcome) => ended(outcome) && outcome.stdout === "" },
    { name: "require", command: node, isGood: works },
    { name: "require with NODE_PATH", command: node, env: { NODE_PATH: "/usr/lib/node_modules" }, isGood: works },
    // dpkg must refuse to install another build for the same architecture over it.
    ...others.map((other): Step => ({
      name: `dpkg --install ${other}`,
      command: ["dpkg", "--install", `/tmp/${other}`],
      isGood: ({ exitCode, stderr }) => exitCode !== 0 && stderr.includes("conflict"),
    })),
    { name: "dpkg --purge", command: ["dpkg", "--purge", name], isGood: ended },
    { name: "no file is left", command: ["test", "!", "-e", "/usr/lib/node_modules", "-a", "!", "-e", "/usr/lib/node"], isGood: ended },
  ];
  let answer = "";
  for (const { name: step, command, env = {}, isGood } of steps) {
    const outcome = await enter(system, command, env, signal);
    if (!isGood(outcome)) return { good: false, text: `${step} ${describeEnd(outcome)}: ${tailOf(outcome.stdout + outcome.stderr)}` };
    if (step === "require") answer = outcome.stdout.trim();
  }
  return { good: true, text: answer };
}
