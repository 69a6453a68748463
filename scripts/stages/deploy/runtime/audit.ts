// Audits a runtime against the machine that it is sent to, before it is sent.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { compareVersions } from "../../../audit/elf/versions.ts";
import { inspectAddon } from "../../../audit/inspect.ts";
import { judge } from "../../../audit/judge.ts";
import type { Place } from "../../../audit/place.ts";
import type { Subject } from "../../../audit/subject.ts";
import { isOfLibc } from "../../../audit/symbols/libc-names.ts";
import { BoardkitError } from "../../../lib/errors.ts";
import { isFile } from "../../../model/deploy/manifest.ts";
import type { MachineFacts } from "../../../model/probe/facts.ts";
import { shellWord } from "../../../lib/shell-word.ts";
import type { Connected } from "../board/connect.ts";
import type { Board } from "../board/tool.ts";
import type { SentRuntime } from "./make.ts";

/** What keeps a file from being loaded. That the target's lowest CPU runs the runtime is shown by the smoke runs, and by the trial load. */
const COUNTS = /^(file|libc|link|load)\//;

/** Refuses a runtime that would not run on the machine. */
export async function auditRuntime({ board, report }: Connected, runtime: SentRuntime, place: Place): Promise<void> {
  const own = new Set(runtime.entries.map(({ path }) => path.split("/").at(-1)!));
  const problems = [...findMachineProblems(runtime, report.machine, board.folder)];
  const needed = new Set<string>();
  // The libraries of the machine itself are looked at below; those of its system's packages say what that system can have.
  const { system, ...bare } = place;
  for (const subject of await inspect(runtime)) {
    const others = subject.facts.needed.filter((name) => !own.has(name) && !isOfLibc(name));
    for (const name of others) needed.add(name);
    const findings = judge({ ...subject, facts: { ...subject.facts, needed: subject.facts.needed.filter(isOfLibc) } }, bare);
    for (const { rule, severity, message } of findings)
      if (severity === "error" && COUNTS.test(rule)) problems.push(`${subject.path}: ${message}`);
  }
  const lacking = await findLacking(board, [...needed]);
  problems.push(...lacking.map((name) => `it needs ${name}, which is not there`));
  if (problems.length === 0) return;
  const packages = lacking.flatMap((name) => system?.packages[name] ?? PACKAGES[name] ?? []);
  throw new BoardkitError(`${runtime.name} would not run on ${board.name}; nothing was sent`, {
    code: "RUNTIME_UNFIT",
    place: board.name,
    tail: problems.join("\n"),
    fix: [
      ...(packages.length > 0 ? [`${system?.install ?? "apt install"} ${packages.join(" ")}`] : []),
      'another version, for example `"runtime": "node@22"`; a Node of the board\'s own, `"board"`; or a newer system',
    ].join("\n"),
  });
}

/** Facts of runtimes whose files were read: a Node has 100 MB, and many machines may get the same one. */
const inspected = new WeakMap<SentRuntime, Promise<Subject[]>>();

function inspect(runtime: SentRuntime): Promise<Subject[]> {
  const read = async () => {
    const subjects: Subject[] = [];
    for (const { path } of runtime.entries.filter(isFile))
      subjects.push(await inspectAddon({ path, bytes: await readFile(join(runtime.folder, path)) }, true));
    return subjects;
  };
  const found = inspected.get(runtime) ?? read();
  inspected.set(runtime, found);
  return found;
}

/** Packages of Debian with the libraries that Node needs. */
const PACKAGES: Record<string, string> = { "libatomic.so.1": "libatomic1", "libstdc++.so.6": "libstdc++6", "libgcc_s.so.1": "libgcc-s1" };

function* findMachineProblems({ libcFrom }: SentRuntime, { libc, mounts }: MachineFacts, folder: string): Generator<string> {
  const version = libc?.version;
  if (libcFrom !== undefined && version !== undefined && compareVersions(version, libcFrom) < 0)
    yield `it needs ${libc?.name} ${libcFrom}, and the machine has ${version}`;
  const mount = mounts.findLast(({ path, exists }) => exists && folder.startsWith(path));
  if (mount?.flags.includes("noexec")) yield `${folder} is on ${mount.mount}, where no program may run (noexec)`;
}

/** Which libraries are in none of the machine's folders for them. */
async function findLacking(board: Board, names: string[]): Promise<string[]> {
  if (names.length === 0) return [];
  const look = `for name in ${names.map(shellWord).join(" ")}; do [ -n "$(find /lib /lib64 /usr/lib /usr/lib64 /usr/local/lib -name "$name" 2>/dev/null | head -n 1)" ] || echo "$name"; done; echo looked`;
  const { output } = await board.shell(look);
  const lines = output.split("\n");
  // Without an answer the trial load decides.
  return lines.at(-1) === "looked" ? lines.slice(0, -1) : [];
}
