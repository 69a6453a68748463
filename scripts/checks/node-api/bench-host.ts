import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { Command } from "commander";
import { createContext, folderOf, parseCount, print } from "../../commands/shared.ts";
import type { Edge } from "../../commands/command.ts";
import { userEmulator } from "../../emulate/user.ts";
import { formatBytes, formatTable } from "../../lib/reporter.ts";
import { distFolder } from "../../model/names.ts";
import type { Triple } from "../../model/targets/triple.ts";
import { hostFile, shippedRuns, toolsOfRuns } from "../../emulate/runs.ts";
import { fetchItems } from "../../stages/set-up/fetch.ts";
import type { Context } from "../../stages/context.ts";
import { findPaths } from "../../lib/glob.ts";
import { runOrFail } from "../../tools/exec.ts";
import { compileHost } from "./native-host.ts";

/** Prints the resident memory at the end of an empty script. */
const SCRIPT = "console.log(process.memoryUsage().rss)";

type Subject = { name: string; program: string; emulator: string[] };

/** `boardkit dev bench-host`: size, start time and memory of the host, beside Node. */
export function addBenchHost(program: Command, edge: Edge): void {
  program
    .command("bench-host")
    .description("size, start time and memory of the host: on this machine beside Node, and of each built target under QEMU")
    .option("--repeats <n>", "starts of each; the table has their medians", parseCount(1, 1000), 11)
    .action(async ({ repeats }: { repeats: number }, command: Command) => {
      const context = createContext({}, edge);
      await fetchItems(["zig", "quickjs"], context);
      const folder = await mkdtemp(join(tmpdir(), "boardkit-host-"));
      try {
        const subjects = [
          { name: "Node on this machine", program: process.execPath, emulator: [] },
          { name: "host on this machine", program: await compileHost(context, "optimized", folder), emulator: [] },
          ...(await builtHosts(distFolder(resolve(folderOf(command))), context)),
        ];
        const rows: string[][] = [];
        for (const subject of subjects) rows.push(await rowOf(subject, repeats, context.signal));
        print(formatTable(["program", "size", "start", "RSS"], rows));
        print(`\nmedians of ${repeats} starts with an empty script, with those of QEMU`);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
}

/** The hosts below dist/, each with the emulator of its target's run. */
async function builtHosts(dist: string, context: Context): Promise<Subject[]> {
  const targets = [...context.registry.triples.values()];
  const files = new Set(await findPaths(["*/smoke/host"], dist));
  const built = targets.filter(({ triple }) => files.has(join(triple, "smoke/host")));
  await fetchItems(
    built.flatMap((target) => toolsOfRuns(target)),
    context,
  );
  return built.map((target) => ({
    name: target.triple,
    program: hostFile(join(dist, target.triple)),
    emulator: emulatorOf(target, context),
  }));
}

function emulatorOf(target: Triple, { registry, cache }: Context): string[] {
  const run = shippedRuns(target).find(({ kind }) => kind === "host");
  if (!run) throw new TypeError(`${target.triple} has a host in dist/, but no run with it in targets/triples`);
  return userEmulator(registry, cache, { arch: target.arch, cpu: run.cpu, sysroot: run.sysroot });
}

async function rowOf({ name, program, emulator }: Subject, repeats: number, signal: AbortSignal): Promise<string[]> {
  const argv = [...emulator, program, "-e", SCRIPT];
  const outcomes = [];
  for (let count = 0; count < repeats; count++) outcomes.push(await runOrFail({ argv, signal }, "HOST_FAILED", "build the target again"));
  const median = (values: number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
  const milliseconds = median(outcomes.map(({ seconds }) => seconds * 1000));
  const rss = median(outcomes.map(({ stdout }) => Number(stdout)));
  return [name, formatBytes((await stat(program)).size), `${milliseconds.toFixed(0)} ms`, formatBytes(rss)];
}
