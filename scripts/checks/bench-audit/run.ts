// One timed child process: an audit with its peak memory, or a disassembler. Both run on one core and write to /dev/null.
import { readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { BoardkitError } from "../../lib/errors.ts";
import { packageRoot } from "../../lib/paths.ts";
import { whereIs } from "../../stages/set-up/host-tools.ts";
import { describeEnd, formatCommand, run, runOrFail, tailOf } from "../../tools/exec.ts";

const PEAK = pathToFileURL(join(packageRoot, "scripts/checks/bench-audit/peak-rss.mjs")).href;
const QUIET = ["sh", "-c", 'exec "$@" >/dev/null', "sh"];

/** The command prefix that pins a child to the last core that this process may use; empty without taskset. */
export function pinning(searchPath: string): string[] {
  const allowed = /^Cpus_allowed_list:.*?(\d+)$/m.exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  return allowed && whereIs("taskset", searchPath) ? ["taskset", "-c", allowed] : [];
}

/** Seconds and peak resident bytes of `boardkit audit <file> --json`, started as a user starts it. */
export async function timeAudit(file: string, pin: string[], signal: AbortSignal): Promise<{ seconds: number; bytes: number }> {
  const folder = await mkdtemp(join(tmpdir(), "boardkit-bench-"));
  try {
    const peaks = join(folder, "peaks");
    const argv = [...pin, ...QUIET, process.execPath, join(packageRoot, "scripts/boardkit.mjs"), "audit", file, "--json"];
    const env = { BOARDKIT_PEAK_RSS: peaks, BOARDKIT_SKIP_INSTALL: "1", NODE_OPTIONS: `--import=${PEAK}` };
    const outcome = await run({ argv, env, signal });
    // The audit of a file that runs on no board exits with 1 and AUDIT_FAILED; any other failure is an error.
    if (outcome.exitCode !== 0 && !outcome.stderr.includes("AUDIT_FAILED")) {
      throw new BoardkitError(`the audit ${describeEnd(outcome)}`, {
        code: "BENCH_FAILED",
        command: formatCommand({ argv, env }),
        tail: tailOf(outcome.stderr),
        fix: "the audit of that file must end with a verdict; run the command above",
      });
    }
    // The launcher and the audit write one line each.
    const bytes = (await readFile(peaks, "utf8")).trim().split("\n").map(Number);
    return { seconds: outcome.seconds, bytes: Math.max(...bytes) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Seconds of a disassembler on a file. */
export async function timeDisassembler(program: string, file: string, pin: string[], signal: AbortSignal): Promise<number> {
  const { seconds } = await runOrFail({ argv: [...pin, ...QUIET, program, "-d", file], signal }, "BENCH_FAILED");
  return seconds;
}

/** The disassembler for an architecture (Node's name), or why there is none. */
export function disassemblerFor(arch: string, searchPath: string): { program: string } | { missing: string } {
  for (const name of ["llvm-objdump", ...(arch === process.arch ? ["objdump"] : [])]) {
    if (whereIs(name, searchPath)) return { program: name };
  }
  const why = arch === process.arch ? "neither llvm-objdump nor objdump is" : "llvm-objdump is not";
  return { missing: `${why} on the PATH: apt-get install llvm` };
}
