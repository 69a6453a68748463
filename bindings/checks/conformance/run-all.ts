// Runs all cases in child processes: a case that ends a process is a crash, and the next process continues after it.
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { OpaCase } from "./opa-cases.ts";
import type { Outcome } from "./run-case.ts";

const CHILD = fileURLToPath(new URL("child.ts", import.meta.url));
/** Longer than any time limit of a case's engine. */
const SILENCE_MS = 30_000;

/** The outcomes of the cases, in order; `grid` is the URL of the package's entry. */
export async function runAll(cases: OpaCase[], grid: string, signal: AbortSignal): Promise<Outcome[]> {
  const folder = await mkdtemp(join(tmpdir(), "boardkit-conformance-"));
  const outcomes: Outcome[] = [];
  try {
    const file = join(folder, "cases.json");
    await writeFile(file, JSON.stringify(cases));
    while (outcomes.length < cases.length) {
      const before = outcomes.length;
      const end = await runFrom([file, String(before), grid], outcomes, signal);
      if (outcomes.length < cases.length) outcomes.push(end);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return outcomes;
}

/** Collects outcomes until the child ends; returns the outcome of the case that it was running. */
async function runFrom(args: string[], outcomes: Outcome[], signal: AbortSignal): Promise<Outcome> {
  const child = spawn(process.execPath, [CHILD, ...args], { stdio: ["ignore", "pipe", "pipe"], signal });
  let errors = "";
  let silent = false;
  let timer: NodeJS.Timeout | undefined;
  const watch = () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      silent = true;
      child.kill("SIGKILL");
    }, SILENCE_MS);
  };
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors = (errors + text).slice(-2000)));
  const ended = new Promise<string>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, by) => resolve(by ?? `exit ${code}`));
  });
  watch();
  for await (const line of createInterface(child.stdout)) {
    watch();
    const message = JSON.parse(line) as { begins: number } | ({ index: number } & Outcome);
    if ("index" in message) outcomes[message.index] = { class: message.class, loose: message.loose, reason: message.reason };
  }
  clearTimeout(timer);
  const how = await ended;
  if (silent) return { class: "timeout", loose: "timeout", reason: `no answer within ${SILENCE_MS / 1000} s` };
  return { class: "crash", loose: "crash", reason: `${how} ${errors}` };
}
