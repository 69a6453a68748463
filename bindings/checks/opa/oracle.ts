// Asks the oracle by JSON lines; if a question ends the process, it is started again.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { createInterface } from "node:readline";

export type Source = { name: string; text: string };
export type RegoVersion = "auto" | "v0" | "v1";

/** An error of OPA; rows and columns start at 1. `text` is OPA's output. */
export type OpaError = { code?: string; message: string; text: string; file?: string; row?: number; col?: number; details?: string[] };
/** A question; oracle/main.go documents the fields of each operation. */
type OracleRequest = {
  op:
    | "version"
    | "check"
    | "parse"
    | "format"
    | "scan"
    | "load"
    | "eval"
    | "test"
    | "forget"
    | "data"
    | "yaml"
    | "timeLoad"
    | "timeEval"
    | "build";
  id?: string;
  sources?: Source[];
  versions?: readonly RegoVersion[];
  strict?: boolean;
  drop?: boolean;
  data?: unknown;
  /** Each input is a list with one value, or empty for no input. */
  queries?: { ref: string; inputs: unknown[][] }[];
  strictErrors?: boolean;
  rows?: boolean;
  samples?: number;
  maxInputBytes?: number;
  timeoutMs?: number;
  shiftDays?: number;
  folders?: string[];
  bundleData?: boolean;
  text?: string;
  /** A private key in PEM, or a secret. */
  signingKey?: string;
  algorithm?: string;
};

export type Oracle = {
  /** The answer, with `error` if the oracle failed: it ended, or was silent for too long. */
  ask<A extends object>(request: OracleRequest): Promise<A & { error?: string }>;
  /** The answer as text, for numbers beyond a double; `request` may be a text too. */
  askText(request: OracleRequest | string): Promise<string>;
  end(): Promise<void>;
};

/** The names of OPA's builtins. */
export async function builtinsOf(oracle: Oracle): Promise<ReadonlySet<string>> {
  const { builtins = [] } = await oracle.ask<{ builtins?: string[] }>({ op: "version" });
  return new Set(builtins);
}

type Child = ChildProcessByStdio<Writable, Readable, null>;
type Question = { text: string; resolve: (answer: string) => void };

/** Longer than any time limit of the oracle. */
const SILENCE_MS = 300_000;

/** Starts the oracle; it answers concurrent questions one after another. */
export function startOracle(program: string, signal: AbortSignal, silenceMs = SILENCE_MS): Oracle {
  const pending: Question[] = [];
  let timer: NodeJS.Timeout | undefined;
  let child = start();
  let ended = false;

  function start(): Child {
    const started = spawn(program, [], { stdio: ["pipe", "pipe", "inherit"], signal });
    createInterface({ input: started.stdout, crlfDelay: Infinity }).on("line", (line) => answer(line));
    // Write errors after the process has ended: "close" handles them.
    started.stdin.on("error", () => undefined);
    started.on("error", () => undefined);
    started.on("close", (code, by) => {
      if (started !== child || ended) return;
      // The first question ended it; the next process answers the others.
      pending.shift()?.resolve(JSON.stringify({ error: `the oracle ended: ${by ?? `exit ${code}`}` }));
      if (signal.aborted) {
        for (const { resolve } of pending.splice(0)) resolve(JSON.stringify({ error: "interrupted" }));
        return;
      }
      child = start();
      for (const { text } of pending) child.stdin.write(`${text}\n`);
      watch();
    });
    return started;
  }

  function answer(line: string): void {
    pending.shift()?.resolve(line);
    watch();
  }

  function watch(): void {
    clearTimeout(timer);
    if (pending.length > 0) timer = setTimeout(() => child.kill("SIGKILL"), silenceMs);
  }

  const askText = (request: OracleRequest | string) =>
    new Promise<string>((resolve) => {
      signal.throwIfAborted();
      const text = typeof request === "string" ? request : JSON.stringify(request);
      pending.push({ text, resolve });
      child.stdin.write(`${text}\n`);
      if (pending.length === 1) watch();
    });
  return {
    askText,
    ask: async <A extends object>(request: OracleRequest) => JSON.parse(await askText(request)) as A & { error?: string },
    end: async () => {
      ended = true;
      clearTimeout(timer);
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.stdin.end();
      await once(child, "close");
    },
  };
}
