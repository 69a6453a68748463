import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { createContext, print } from "../../commands/shared.ts";
import type { Edge } from "../../commands/command.ts";
import { BoardkitError } from "../../lib/errors.ts";
import { packageRoot } from "../../lib/paths.ts";
import { formatTable } from "../../lib/reporter.ts";
import { fetchItems } from "../../stages/set-up/fetch.ts";
import { runOrFail } from "../../tools/exec.ts";
import { compileAddon, compileHost } from "./native-host.ts";
import { runFolder, type TestResult } from "./run.ts";
import knownTests from "./known.json" with { type: "json" };
import { prepareSuite } from "./suite.ts";

/** Why a test fails in the host, by folder and file. */
const known: Record<string, string> = knownTests;

type Options = { from: string; suite: string; checked: boolean; keep: boolean };

/** `boardkit dev node-api`: Node's own tests of Node-API, in Node and in the host. */
export function addNodeApi(program: Command, edge: Edge): void {
  program
    .command("node-api")
    .description("run Node's own tests of Node-API in Node and in the host of this machine")
    .argument("[names...]", "only the folders whose name contains one of these")
    .requiredOption("--from <folder>", "a checkout of nodejs/node, or another folder with its test/js-native-api")
    .option("--suite <name>", "a folder of test/", "js-native-api")
    .option("--checked", "use a host with address and undefined-behaviour sanitizers, compiled by gcc", false)
    .option("--keep", "keep the work folder, and print its path", false)
    .action(async (names: string[], { from, suite, checked, keep }: Options) => {
      const context = createContext({}, edge);
      await fetchItems(["zig", "quickjs"], context);
      const work = await mkdtemp(join(tmpdir(), "boardkit-node-api-"));
      try {
        const folders = await prepareSuite(from, suite, work);
        const chosen = folders.filter(({ name }) => names.length === 0 || names.some((text) => name.includes(text)));
        const host = await compileHost(context, checked ? "checked" : "optimized", work);
        const results: TestResult[] = [];
        for (const folder of chosen) results.push(...(await runFolder(folder, host, context.signal)));
        judge(results);
        if (checked) await checkCalls(host, work, context.signal);
      } finally {
        if (keep) context.reporter.note(`kept ${work}`);
        else await rm(work, { recursive: true, force: true });
      }
    });
}

/** Calls Node-API functions with values of every kind; the host with sanitizers also finds what was not freed. */
async function checkCalls(host: string, work: string, signal: AbortSignal): Promise<void> {
  const fixtures = join(packageRoot, "scripts/target-side/host/fixtures");
  const addon = await compileAddon([join(fixtures, "calls.c")], [], join(work, "calls.node"), work, signal);
  const { stdout } = await runOrFail({ argv: [host, join(fixtures, "calls.cjs"), addon], signal }, "NODE_API_DIFFERS", "fix what it found");
  print(`${stdout.split("\n").length - 1} calls of Node-API functions: the sanitizers find nothing`);
}

/** The reason of a known failure in the host; undefined if it is unknown, or if a sanitizer has stopped the host. */
function explain({ folder, file, host = "" }: TestResult): string | undefined {
  return /Sanitizer|runtime error/.test(host) ? undefined : known[`${folder}/${file}`];
}

/** Prints what fails. A folder that fails in Node itself is no measure; a failure in the host that known.json does not explain is a fault. */
function judge(results: TestResult[]): void {
  const folders = Map.groupBy(results, ({ folder }) => folder);
  const measured = [...folders].filter(([, tests]) => tests.every(({ node }) => node === undefined));
  const passed = measured.filter(([, tests]) => tests.every(({ host }) => host === undefined));
  const differ = results.filter(({ node, host }) => node === undefined && host !== undefined);
  const rows = results.flatMap((result) => {
    const { folder, file, node, host } = result;
    if (node !== undefined) return [[folder, file, "fails in Node", firstLines(node)]];
    return host === undefined ? [] : [[folder, file, "fails in the host", explain(result) ?? firstLines(host)]];
  });
  if (rows.length > 0) print(formatTable(["folder", "test", "where", "why"], rows));
  const share = measured.length === 0 ? 0 : passed.length / measured.length;
  print(
    `\n${passed.length} of ${measured.length} folders pass in the host (${(share * 100).toFixed(0)} %), ${folders.size - measured.length} fail in Node`,
  );
  const faults = differ.filter((result) => explain(result) === undefined);
  if (faults.length === 0) return;
  throw new BoardkitError(`${faults.length} tests that pass in Node fail in the host, and known.json does not explain them`, {
    code: "NODE_API_DIFFERS",
    tail: faults.map(({ folder, file }) => `${folder}/${file}`).join("\n"),
    fix: "fix scripts/target-side/host; or name the reason in scripts/checks/node-api/known.json",
  });
}

const firstLines = (text: string) => text.split("\n").slice(0, 3).join(" ").slice(0, 300);
