// The tool on the board: one POSIX sh file, sent once for each of its versions. Each operation is one call of it, which answers in records.
import { randomUUID } from "node:crypto";
import { Readable } from "node:stream";
import { BoardkitError } from "../../../lib/errors.ts";
import { printable } from "../../../lib/printable.ts";
import { shellWord } from "../../../lib/shell-word.ts";
import type { MachineFacts } from "../../../model/probe/facts.ts";
import type { BoardScript } from "../../../target-side/deploy/scripts.ts";
import { readRecordsFrom } from "../../../target-side/records.ts";
import { tailOf } from "../../../tools/exec.ts";
import type { SshAnswer, SshCall } from "../../../tools/ssh.ts";
import type { SshSession } from "../../../tools/ssh-session.ts";
import { faultOf } from "./faults.ts";
import { putScript } from "./put-script.ts";

export type Records = Map<string, Buffer>;

/** A board that an app is deployed to. */
export type Board = {
  /** As the user names it. */
  name: string;
  /** Folder of the app there. */
  folder: string;
  /** Runs an operation of the tool; an error of it is one of this call. */
  call(op: string, args?: (string | number)[], options?: CallOptions): Promise<Records>;
  /** Runs an operation whose output has no end, and no records but the first; `write` gets what follows it. */
  stream(op: string, args: (string | number)[], write: (text: string) => void): Promise<void>;
  /** Runs a script of a shell there, as root; `output` is what it has printed, without what the board's profile prints before. */
  shell(script: string, options?: CallOptions): Promise<{ output: string; answer: SshAnswer }>;
  session: SshSession;
};

type CallOptions = SshCall & {
  /** Replaces the signal of the session. */
  signal?: AbortSignal;
};

/** Seconds for an operation: a small board hashes and writes slowly. */
const MOST_SECONDS = 600;

type BoardOptions = {
  name: string;
  folder: string;
  root: MachineFacts["root"];
  tool: BoardScript;
  /** The script of `boardkit probe`, which stays beside the tool. */
  probe: { text: Buffer; path: string };
  /** Whether the tool is sent to a board that does not have the app; another one only gets a newer tool. */
  create: boolean;
};

/** A board by a connection; `root` is how its user becomes root. */
export function createBoard(session: SshSession, { name, folder, root, tool, probe, create }: BoardOptions): Board {
  const prefix = prefixOf(root, name);
  const path = `${folder}/tool-${tool.hash}`;
  const shell: Board["shell"] = async (script, { signal, ...call } = {}) => {
    const mark = `boardkit-${randomUUID()}`;
    const answer = await session.run([...prefix, "sh", "-c", shellWord(`printf '\\n%s\\n' ${mark}; umask 022; ${script}`)], call, signal);
    const [, output = ""] = answer.stdout.toString("utf8").split(`\n${mark}\n`);
    return { output: output.trim(), answer };
  };
  const ask = async (op: string, args: (string | number)[], { signal, ...options }: CallOptions, mark: string = randomUUID()) => {
    const words = [...prefix, "sh", ...[path, mark, op, ...args.map(String)].map(shellWord)];
    const answer = await session.run(words, { seconds: MOST_SECONDS, ...options }, signal);
    return { answer, records: readRecordsFrom(answer.stdout, `begin/${mark}`) };
  };
  const put = async (file: string, bytes: string | Buffer, signal: AbortSignal | undefined) => {
    const allowed = create ? `mkdir -p ${folder}` : `{ [ -e ${folder}/start ] || { echo absent; exit; }; }`;
    const whole = Buffer.from(bytes);
    const script = `${allowed} && { ${putScript(file, whole.length)}; }`;
    const { output, answer } = await shell(script, { input: Readable.from([whole]), ...(signal ? { signal } : {}) });
    if (output === "absent") throw notDeployed(name, folder);
    if (output !== "sent") throw noTool(name, folder, answer, output);
  };
  return {
    name,
    folder,
    session,
    shell,
    stream: async (op, args, write) => {
      const mark = randomUUID();
      // The board goes on until its stdin ends, which is the end of this call.
      const input = new Readable({ read: () => undefined });
      await ask(op, args, { onStdout: textAfter(`boardkit begin/${mark} 0\n`, write), seconds: 0, input }, mark);
    },
    call: async (op, args = [], options = {}) => {
      let { answer, records } = await ask(op, args, options);
      if (records.size === 0 && options.input === undefined) {
        await put(path, tool.text, options.signal);
        await put(probe.path, probe.text, options.signal);
        ({ answer, records } = await ask(op, args, options));
      }
      const error = records.get("error")?.toString("utf8").trim();
      if (error !== undefined) throw faultOf(error, name);
      if (!records.has("end")) throw cutAnswer(name, op, answer);
      return records;
    },
  };
}

/** Passes on the text of a stream after a line; what is before it is of the board's profile. */
function textAfter(line: string, write: (text: string) => void): (chunk: Buffer) => void {
  const decoder = new TextDecoder();
  let before: Buffer | undefined = Buffer.alloc(0);
  return (chunk) => {
    let rest = chunk;
    if (before !== undefined) {
      before = Buffer.concat([before, chunk]);
      const at = before.indexOf(line);
      if (at < 0) return;
      rest = before.subarray(at + line.length);
      before = undefined;
    }
    write(decoder.decode(rest, { stream: true }));
  };
}

/** The words before a command that is for root. */
function prefixOf(root: MachineFacts["root"], name: string): string[] {
  if (root === "root") return ["exec"];
  if (root === "sudo" || root === "doas") return ["exec", root, "-n"];
  throw new BoardkitError(`the user of ${name} ${root === "password" ? "becomes root only with a password" : "cannot become root"}`, {
    code: "NO_ROOT",
    place: name,
    fix: "connect as root (root@<host>), or let the user become root without a password:\necho '<user> ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/boardkit",
  });
}

function notDeployed(name: string, folder: string): BoardkitError {
  return new BoardkitError(`${folder} on ${name} has no app`, {
    code: "NOT_DEPLOYED",
    place: name,
    fix: "deploy it with `boardkit deploy`; `boardkit.deploy.name` and `folder` say where it is",
  });
}

function noTool(name: string, folder: string, { stderr, end, command }: SshAnswer, output: string): BoardkitError {
  return new BoardkitError(`${folder} on ${name} cannot be written: the shell there ${end}`, {
    code: "BOARD_FOLDER",
    place: name,
    command,
    tail: tailOf(printable(`${stderr}${output}`)),
    fix: "the file system may be full or read-only; `boardkit.deploy.folder` names another folder",
  });
}

function cutAnswer(name: string, op: string, { stderr, end, command }: SshAnswer): BoardkitError {
  return new BoardkitError(`${name} has not answered ${op}: its shell ${end}`, {
    code: "BOARD_ANSWER",
    place: name,
    command,
    tail: tailOf(printable(stderr)),
    fix: "the link was cut, or the board ended the shell, for example for lack of memory: call again",
  });
}
