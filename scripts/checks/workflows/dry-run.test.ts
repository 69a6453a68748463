// Each job of each workflow, parsed by GitHub's parser, planned, and dry-run against the commands and scripts that it calls.
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { expect, test } from "vitest";
import { commands } from "../../commands/index.ts";
import { createWholeProgram } from "../../commands/program/program.ts";
import { packageRoot } from "../../lib/paths.ts";
import { readProject } from "../../model/project.ts";
import { loadRegistry } from "../../model/read-registry.ts";
import { selectSizes, selectTriples } from "../../model/registry.ts";
import { makeMatrix } from "../../stages/matrix/matrix.ts";
import { dev } from "../commands/dev.ts";
import { temporaryFolder } from "../fixtures/temporary-folder.ts";
import { dryRun, type Call } from "./dry-run.ts";
import { evaluate, interpolate } from "./expressions.ts";

const registry = loadRegistry();
const project = readProject(packageRoot);
const targets = selectTriples(registry, []).filter(({ why }) => !why);
const matrix = makeMatrix(registry, project, targets);
const paths = globSync(join(packageRoot, ".github/workflows/*.yml"));

const plan = (workflow: string, ref: string) => dryRun(workflow, { folder: temporaryFolder(), ref, matrix: JSON.stringify(matrix) });

/** Parses the arguments of a call as the CLI does; no command runs. */
async function parseCall(args: string[]): Promise<void> {
  const program = await createWholeProgram([...commands, dev], { env: {}, signal: new AbortController().signal, loadRegistry });
  const silent = { writeOut: () => undefined, writeErr: () => undefined };
  program.configureOutput(silent);
  for (const command of program.commands.flatMap((one) => [one, ...one.commands])) {
    command.exitOverride().configureOutput(silent);
    command.action((...all: unknown[]) => {
      const [options, called] = all.slice(-2) as [{ target?: string[] }, typeof command];
      if (options.target?.length) selectTriples(registry, options.target);
      if (called.name() === "board") selectSizes(registry, called.args);
    });
  }
  await program.parseAsync(args, { from: "user" });
}

/** Why a call cannot work; undefined if it can. */
async function faultOf({ program, args }: Call): Promise<string | undefined> {
  if (program !== "npm") return undefined;
  const { scripts } = JSON.parse(readFileSync(join(packageRoot, "package.json"), "utf8")) as { scripts: Record<string, string> };
  const words = args.filter((arg) => arg !== "--silent");
  if (words[0] === "test" || words[0] === "publish") return undefined;
  if (words[0] !== "run" || !scripts[words[1] ?? ""]) return `npm ${args.join(" ")}: no such script`;
  if (words[1] !== "boardkit") return undefined;
  if (words[2] !== "--") return `npm ${args.join(" ")}: the arguments need --`;
  // commander ends --version like an error.
  const isEnd = (error: { code?: string }) => error.code === "commander.version";
  return parseCall(words.slice(3)).then(
    () => undefined,
    (error: Error & { code?: string }) => (isEnd(error) ? undefined : `boardkit ${words.slice(3).join(" ")}: ${error.message}`),
  );
}

test("GitHub's parser accepts each workflow and the calls of reusable ones", async () => {
  expect(paths.length).toBeGreaterThan(3);
  for (const path of paths) {
    const { context, value } = parseWorkflow({ name: basename(path), content: readFileSync(path, "utf8") }, new NoOperationTraceWriter());
    expect(context.errors.getErrors(), path).toEqual([]);
    if (!value) throw new Error(`${path} is empty`);
    const provider = {
      getFileContent: async (file: { path: string }) => ({ name: file.path, content: readFileSync(join(packageRoot, file.path), "utf8") }),
    };
    const template = await convertWorkflowTemplate(context, value, provider, { fetchReusableWorkflowDepth: 1 });
    expect(template.errors, path).toBeUndefined();
    expect(template.jobs.length).toBeGreaterThan(0);
  }
});

test.each([
  ["ci.yml", "refs/heads/main", ["test", "addon/matrix", "addon/package"]],
  ["docs.yml", "refs/heads/main", ["build", "deploy"]],
  ["release.yml", `refs/tags/v${project.version}`, ["addon/matrix", "addon/package", "publish/draft", "publish/publish", "cli"]],
])("%s: each step of each job calls what is there", async (workflow, ref, single) => {
  const { jobs, runners, skipped, calls, faults } = plan(workflow, ref);
  expect(faults).toEqual([]);
  expect(skipped).toEqual([]);
  expect(jobs).toEqual(expect.arrayContaining(single));
  const unique = [...new Map(calls.map((call) => [JSON.stringify([call.program, call.args]), call])).values()];
  const found = await Promise.all(unique.map(faultOf));
  expect(found.filter((fault) => fault !== undefined)).toEqual([]);
  const arm = (label: string) => label.endsWith("-arm");
  expect([...new Set(runners.filter((label) => !arm(label)))]).toEqual(["ubuntu-24.04"]);
  expect(jobs.filter((_job, index) => arm(runners[index]!))).toEqual(
    jobs.filter((job) => job.startsWith("addon/smoke (aarch64-unknown-linux-gnu,")),
  );
  if (workflow === "docs.yml") return;
  const per = (job: string) => jobs.filter((name) => name.startsWith(`addon/${job} (`)).length;
  const counts = { build: targets.length, smoke: targets.length, boards: matrix.boards.include.length };
  expect({ build: per("build"), smoke: per("smoke"), boards: per("boards") }).toEqual(counts);
  const commandsOf = (name: string) => calls.filter(({ args }) => args.includes("boardkit") && args.includes(name));
  expect(commandsOf("build").map(({ args }) => args[args.indexOf("--target") + 1])).toEqual(targets.map(({ triple }) => triple));
  expect(commandsOf("board").flatMap(({ args }) => args.slice(args.indexOf("board") + 1))).toEqual(
    matrix.boards.include.flatMap(({ boards }) => boards.split(" ")),
  );
  expect(commandsOf("--tag").length).toBe(ref.startsWith("refs/tags/") ? 1 : 0);
});

test("a project without boards, and with a single target", () => {
  const [build, smoke] = [matrix.build, matrix.smoke].map(({ include }) => ({ include: include.slice(0, 1) }));
  const ended = dryRun("ci.yml", {
    folder: temporaryFolder(),
    ref: "refs/heads/main",
    matrix: JSON.stringify({ ...matrix, build, smoke, boards: { include: [] } }),
  });
  expect(ended.faults).toEqual([]);
  expect(ended.skipped).toEqual(["addon/boards"]);
  expect(ended.jobs).toContain("addon/package");
});

test("a call with an option, target, board or script that does not exist is a fault", async () => {
  const call = (...args: string[]) => faultOf({ job: "", step: "", program: "npm", args });
  const boardkit = (...args: string[]) => call("run", "--silent", "boardkit", "--", ...args);
  expect(await boardkit("build", "--target", targets[0]!.triple)).toBeUndefined();
  expect(await boardkit("build", "--taget", "x")).toMatch(/unknown option '--taget'/);
  expect(await boardkit("build", "--target", "mips-unknown-linux-musl")).toMatch(/mips-unknown-linux-musl/);
  expect(await boardkit("board", "pi-9")).toMatch(/unknown board pi-9/);
  expect(await boardkit("bild")).toMatch(/unknown command|too many arguments/);
  expect(await call("run", "absent")).toMatch(/no such script/);
  expect(await call("run", "boardkit", "build")).toMatch(/need --/);
});

test("expressions have the values that GitHub gives them", () => {
  const contexts = { needs: { a: { outputs: { json: '{"x": ["b"]}' } } }, github: { ref: "refs/tags/v1" } };
  expect(interpolate("${{ fromJSON(needs.a.outputs.json).x }}", contexts, packageRoot)).toEqual(["b"]);
  expect(interpolate("on ${{ github.ref }}!", contexts, packageRoot)).toBe("on refs/tags/v1!");
  expect(evaluate("startsWith(github.ref, 'refs/tags/v') && !cancelled()", contexts, packageRoot)).toBe(true);
  expect(evaluate("hashFiles('Cargo.lock') == ''", contexts, packageRoot)).toBe(false);
  expect(evaluate("hashFiles('no-such-file')", contexts, packageRoot)).toBe("");
  expect(() => evaluate("needs.a ==", contexts, packageRoot)).toThrow();
  expect(() => interpolate("key-${{ needs.b.outputs.json }}", contexts, packageRoot)).toThrow(/needs.b.outputs.json has no value/);
});

test("all own actions and workflows that are named exist", () => {
  const named = paths.flatMap((path) => [...readFileSync(path, "utf8").matchAll(/uses: \$\/(\S+)/g)].map(([, name]) => name!));
  expect(named.length).toBeGreaterThan(3);
  for (const name of named) expect(existsSync(join(packageRoot, name, name.endsWith(".yml") ? "" : "action.yml")), name).toBe(true);
});
