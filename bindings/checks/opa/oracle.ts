// Questions to the oracle: JSON lines to a process that is started again where one ends it.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { createInterface } from "node:readline";

export type Source = { name: string; text: string };
export type RegoVersion = "auto" | "v0" | "v1";

/** An error of OPA; rows and columns are from 1. `text` is how OPA prints it. */
export type OpaError = { code?: string; message: string; text: string; file?: string; row?: number; col?: number; details?: string[] };
/** A question; see oracle/main.go for what each operation reads. */
type OracleRequest = {
  op: "version" | "check" | "parse" | "format" | "scan" | "load" | "eval" | "test" | "forget" | "data" | "yaml" | "timeLoad" | "timeEval";
  id?: string;
  sources?: Source[];
  versions?: readonly RegoVersion[];
  strict?: boolean;
  drop?: boolean;
  data?: unknown;
  /** Each input stands in a list of its own; an empty list is none. */
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
};

export type Oracle = {
  /** The answer, with `error` where the oracle itself failed: it ended, or was silent for too long. */
  ask<A extends object>(request: OracleRequest): Promise<A & { error?: string }>;
  /** The answer as it comes, for numbers that JavaScript does not hold; `request` may be a text too. */
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

/** Longer than any time that the oracle gives to an evaluation. */
const SILENCE_MS = 300_000;

/** Starts the oracle; questions may be asked side by side, and are answered one after another. */
export function startOracle(program: string, signal: AbortSignal, silenceMs = SILENCE_MS): Oracle {
  const waiting: Question[] = [];
  let timer: NodeJS.Timeout | undefined;
  let child = start();
  let ended = false;

  function start(): Child {
    const started = spawn(program, [], { stdio: ["pipe", "pipe", "inherit"], signal });
    createInterface({ input: started.stdout, crlfDelay: Infinity }).on("line", (line) => answer(line));
    // Whoever writes to a process that has just ended learns it by its exit.
    started.stdin.on("error", () => undefined);
    started.on("error", () => undefined);
    started.on("close", (code, by) => {
      if (started !== child || ended) return;
      // It is the question at its head that ended it; the others are for the next process.
      waiting.shift()?.resolve(JSON.stringify({ error: `the oracle ended: ${by ?? `exit ${code}`}` }));
      if (signal.aborted) {
        for (const { resolve } of waiting.splice(0)) resolve(JSON.stringify({ error: "interrupted" }));
        return;
      }
      child = start();
      for (const { text } of waiting) child.stdin.write(`${text}\n`);
      watch();
    });
    return started;
  }

  function answer(line: string): void {
    waiting.shift()?.resolve(line);
    watch();
  }

  function watch(): void {
    clearTimeout(timer);
    if (waiting.length > 0) timer = setTimeout(() => child.kill("SIGKILL"), silenceMs);
  }

  const askText = (request: OracleRequest | string) =>
    new Promise<string>((resolve) => {
      signal.throwIfAborted();
      const text = typeof request === "string" ? request : JSON.stringify(request);
      waiting.push({ text, resolve });
      child.stdin.write(`${text}\n`);
      if (waiting.length === 1) watch();
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
