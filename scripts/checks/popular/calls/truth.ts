// What a run of a call says about the package. Pure.
import { z } from "zod";
import { describeEnd, type Outcome } from "../../../tools/exec.ts";

/** How a call ended. `unknown`: the run says nothing about the audit's question, for example a wrong call. */
export type Truth = { end: "works" | "crashes" | "does not load" | "no file" | "unknown"; text: string };

/** What emulated.cjs prints. */
const report = z.object({
  ok: z.boolean(),
  value: z.string().default(""),
  messages: z.array(z.string()).default([]),
  dlopen: z.array(z.string()),
  crashes: z.array(z.string()),
});

const CRASHES = new Set(["SIGILL", "SIGSEGV", "SIGBUS", "SIGABRT", "SIGTRAP", "SIGFPE", "SIGSYS"]);
/** Errors of loaders that found no file for the system. */
const NO_FILE =
  /no native build was found|cannot find (module|package|native binding)|could not (find|locate) .*(binar|binding|module|addon|package)|MODULE_NOT_FOUND|unsupported (platform|architecture|arch|OS)|does not support your (platform|processor)|cannot load a .* binary|prebuil|ENOENT/i;

/** What ld.so says: to dlopen, in the ImportError of Python, or on stderr of a program. */
const REFUSED =
  /cannot open shared object|version `\S+' not found|undefined symbol|wrong ELF class|cannot allocate memory in static TLS|Error (loading|relocating) |Could not open '\/lib\//;

/** Reads the outcome of a run. */
export function readTruth(outcome: Outcome): Truth {
  const { endedBy, timedOut, stdout, stderr } = outcome;
  if (timedOut) return { end: "unknown", text: describeEnd(outcome) };
  if (endedBy !== undefined) return { end: CRASHES.has(endedBy) ? "crashes" : "unknown", text: describeEnd(outcome) };
  const line = stdout.split("\n").findLast((one) => one.startsWith("BOARDKIT_CALL "));
  if (line === undefined) return { end: "unknown", text: `${describeEnd(outcome)} without a report: ${lastLine(stderr)}` };
  const { ok, value, messages, dlopen, crashes } = report.parse(JSON.parse(line.slice("BOARDKIT_CALL ".length)));
  // A package may hide the crash of its program, or continue without it.
  if (crashes[0] !== undefined) return { end: "crashes", text: crashes[0] };
  if (ok) return { end: "works", text: value };
  const refused = dlopen.at(-1) ?? messages.find((one) => REFUSED.test(one));
  if (refused !== undefined) return { end: "does not load", text: refused };
  const absent = messages.find((one) => NO_FILE.test(one));
  return absent === undefined ? { end: "unknown", text: messages.join(" ").trim() } : { end: "no file", text: absent.trim() };
}

/** Reads the outcome of a run of Python: an uncaught exception is its last line. */
export function readPythonTruth(outcome: Outcome): Truth {
  const { endedBy, timedOut, exitCode, stdout, stderr } = outcome;
  if (!timedOut && endedBy === undefined && exitCode === 0) return { end: "works", text: stdout.trim() };
  if (!timedOut && endedBy !== undefined && CRASHES.has(endedBy)) return { end: "crashes", text: describeEnd(outcome) };
  const text = lastLine(stderr);
  if (timedOut || endedBy !== undefined) return { end: "unknown", text: describeEnd(outcome) };
  return { end: REFUSED.test(text) ? "does not load" : "unknown", text };
}

function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1) ?? "";
}
