// A package-lock.json without the optional packages of other systems than the one that wrote it: https://github.com/npm/cli/issues/4828.
// By such a lockfile npm 10 installs the app without them, and npm 11 stops. An audit judges what is there, and names what is not.
import { z } from "zod";
import type { Reason } from "./install-error.ts";

const names = z.record(z.string(), z.string()).catch({});
const lockfile = z.object({ packages: z.record(z.string(), z.object({ optionalDependencies: names })).catch({}) });

/** The packages that a lockfile lacks, if npm has no other complaint about it and each of them is optional; undefined otherwise. */
export function listMissing({ code, text }: Reason, lock: string): string[] | undefined {
  if (code !== "EUSAGE") return undefined;
  const complaints = listComplaints(text);
  const missing = complaints.map((line) => /^Missing: (\S+)@\S+ from lock file/.exec(line)?.[1]);
  const { packages } = lockfile.parse(JSON.parse(lock));
  const optional = new Set(Object.values(packages).flatMap((pkg) => Object.keys(pkg.optionalDependencies)));
  const isIncomplete = missing.length > 0 && missing.every((name) => name !== undefined && optional.has(name));
  return isIncomplete ? missing.flatMap((name) => name ?? []) : undefined;
}

/** What npm says about a lockfile that does not fit its package.json, without the help that follows. */
export function listComplaints(text: string): string[] {
  return text.split("\n").filter((line) => /^(Missing|Invalid): /.test(line));
}
