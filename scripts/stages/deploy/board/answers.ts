// The answers of the tool's operations as values. Pure.
import { printable } from "../../../lib/printable.ts";
import { parseManifest, type Entry } from "../../../model/deploy/manifest.ts";
import type { Failure } from "../../../model/deploy/report.ts";
import type { Records } from "./tool.ts";

/** The text of a record, without spaces around it. */
export function textOf(records: Records, name: string): string {
  return records.get(name)?.toString("utf8").trim() ?? "";
}

/** The words of a record. */
export function wordsOf(records: Records, name: string): string[] {
  return textOf(records, name).split(/\s+/).filter(Boolean);
}

/** A word, unless it stands for nothing. */
export function known(word: string | undefined): string | undefined {
  return word === "-" || word === "" ? undefined : word;
}

export type Inventory = {
  /** Who holds the lock instead, and since when. */
  locked?: string;
  good?: string;
  previous?: string;
  trial?: string;
  releases: string[];
  /** Runtimes that deploys have sent. */
  runtimes: string[];
  incoming: string[];
  /** Folder in memory with the releases. */
  memory?: string;
  freeBytes?: number;
  freeInodes?: number;
  /** Flags of the file system that the folder is on, for example `noexec`. */
  mount: string[];
  /** Hashes of the service's main file, of the launcher and of its settings. */
  installed: string[];
  isRunning: boolean;
};

/** The answer of `inventory`. */
export function readInventory(records: Records): Inventory {
  const [good, previous] = wordsOf(records, "good").map(known);
  const trial = known(wordsOf(records, "trial")[0]);
  const [holder = "", age] = wordsOf(records, "lock");
  const memory = known(textOf(records, "memory"));
  const [bytes, inodes] = wordsOf(records, "space").map(Number);
  return {
    ...(holder === "ok" ? {} : { locked: `${holder}, ${age} s after its last operation` }),
    ...(good === undefined ? {} : { good }),
    ...(previous === undefined ? {} : { previous }),
    ...(trial === undefined ? {} : { trial }),
    mount: textOf(records, "mount").split(",").filter(Boolean),
    installed: [wordsOf(records, "service")[1], textOf(records, "launcher"), textOf(records, "settings")].flatMap(
      (one) => known(one) ?? [],
    ),
    isRunning: wordsOf(records, "service")[2] === "running",
    releases: wordsOf(records, "releases"),
    runtimes: wordsOf(records, "runtimes"),
    ...(memory === undefined ? {} : { memory }),
    incoming: wordsOf(records, "incoming"),
    ...(bytes === undefined || Number.isNaN(bytes) ? {} : { freeBytes: bytes }),
    // Some file systems have no fixed number of them.
    ...(inodes === undefined || Number.isNaN(inodes) || inodes === 0 ? {} : { freeInodes: inodes }),
  };
}

/** The answer of `files`. */
export function readFiles(records: Records): Entry[] {
  return parseManifest(records.get("files")?.toString("utf8") ?? "");
}

/** The answer of `assemble`: lines that each say what is wrong with a path. */
export function readWrong(records: Records): string[] {
  return textOf(records, "wrong").split("\n").filter(Boolean);
}

/** The answer of `failure`: the records that the board keeps about a failed trial. */
export function readFailure(records: Records): Failure {
  const exit = textOf(records, "exit");
  const oom = textOf(records, "oom");
  return {
    reason: textOf(records, "reason") || "its reason is not known",
    ...(exit === "" ? {} : { exit }),
    ...(oom === "" ? {} : { oom }),
    log: printable(textOf(records, "log")).split("\n").filter(Boolean),
  };
}
