// Asks a machine over ssh what it is: one connection, and nothing but a shell there.
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { BoardkitError } from "../../lib/errors.ts";
import { hashBytes } from "../../lib/hash.ts";
import { packageRoot } from "../../lib/paths.ts";
import { printable } from "../../lib/printable.ts";
import { whileRunning } from "../../lib/reporter.ts";
import type { ProbeReport } from "../../model/probe/facts.ts";
import { fitMachine } from "../../model/probe/fit.ts";
import { readRecordsFrom } from "../../target-side/records.ts";
import { tailOf } from "../../tools/exec.ts";
import { runOverSsh, type SshAnswer, type SshCall, type SshHost } from "../../tools/ssh.ts";
import type { Context } from "../context.ts";
import { readFacts, type ProbeRecords } from "./read-facts.ts";

const SCRIPT = join(packageRoot, "scripts/target-side/probe.sh");

export type ProbeCall = {
  /** For a connection that more commands share. */
  run: (words: string[], call: SshCall) => Promise<SshAnswer>;
  /** Path of the script on the machine, if an earlier deploy has left it there. */
  kept?: string;
};

/** The script that runs on the machine, and its path in a folder there. */
export async function readProbe(folder: string): Promise<{ text: Buffer; path: string }> {
  const text = await readFile(SCRIPT);
  return { text, path: `${folder}/probe-${hashBytes(text).slice(0, 16)}` };
}

/** The facts of a machine, and the target, board and profile that fit it. */
export async function probeHost(
  host: SshHost,
  { registry, reporter, signal }: Context,
  { run, kept }: ProbeCall = { run: (words, call) => runOverSsh(host, words, call, signal) },
): Promise<ProbeReport> {
  return whileRunning(reporter, ["probe", host.name], async () => {
    const mark = randomUUID();
    const early = kept === undefined ? undefined : await run(["exec", "sh", kept, mark], {});
    const isAnswered = early !== undefined && probeRecords(early.stdout, mark).has("end");
    // Any shell of the user, also fish and csh, understands these words.
    const answer = isAnswered ? early : await run(["exec", "sh", "-s", mark], { input: Readable.from([await readFile(SCRIPT)]) });
    const records = probeRecords(answer.stdout, mark);
    if (!records.has("end")) throw noAnswer(host, answer, records);
    const newKey = early?.newKey ?? answer.newKey;
    const machine = readFacts(records, registry);
    return {
      schema: 1,
      host: host.name,
      ...(newKey === undefined ? {} : { hostKey: newKey }),
      seconds: answer.seconds,
      machine,
      fit: fitMachine(registry, machine),
    };
  });
}

/** The records of probe.sh in the output of a connection, which may begin with anything. */
export function probeRecords(stdout: Buffer, mark: string): ProbeRecords {
  return readRecordsFrom(stdout, `begin/${mark}`);
}

function noAnswer({ name }: SshHost, { stdout, stderr, end, command }: SshAnswer, records: ProbeRecords): BoardkitError {
  const details = { command, tail: tailOf(printable(`${stderr}${records.size > 0 ? "" : stdout.toString("utf8")}`)) };
  if (records.size > 0)
    return new BoardkitError(`the answers of ${name} end after ${[...records.keys()].at(-1)}, and its shell ${end}`, {
      ...details,
      code: "PROBE_INCOMPLETE",
      fix: "the link was cut, or the board ended the shell, for example for lack of memory: call again",
    });
  return new BoardkitError(`${name} lets ssh in, but runs no POSIX shell: it ${end}`, {
    ...details,
    code: "NO_SHELL",
    fix: `a forced command, a menu or a restricted shell answers; \`ssh ${name} exec sh -c pwd\` must print a folder`,
  });
}
