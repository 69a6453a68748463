// Boots the app from a disk as a power cut left it, and holds what runs to what may run.
import { spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DiskEvent, Mark } from "./disk-log.ts";
import { APP, type Recording } from "./record.ts";
import { applyEvent, applyState, type CrashState } from "./states.ts";

const BOOT = join(import.meta.dirname, "boot.sh");

/** Each of so many states is followed by a deploy. */
const DEPLOYS_AFTER = 25;

/** What a boot from a state has shown; `wrong` if it is not as it should be. */
export type Verdict = { state: CrashState; wrong?: string };

/** What may run after a cut: by the last mark before it, or by the first one of all. */
function mayRun(events: (DiskEvent | Mark)[], cut: number): Mark | undefined {
  const isMark = (event: DiskEvent | Mark): event is Mark => event.kind === "mark";
  return events.slice(0, cut).findLast(isMark) ?? events.find(isMark);
}

/** Boots from each state; `report` gets each verdict. */
export async function replay(
  { before, events, next }: Recording,
  states: CrashState[],
  folder: string,
  report: (verdict: Verdict) => void,
): Promise<void> {
  const sorted = states.toSorted((one, other) => one.flushed - other.flushed);
  const base = Buffer.from(before);
  let [applied, booted] = [0, 0];
  for (const state of sorted) {
    for (; applied < state.flushed; applied += 1) applyEvent(base, events[applied]);
    const disk = Buffer.from(base);
    applyState(disk, events, state);
    const file = join(folder, `state-${(booted += 1)}`);
    writeFileSync(file, disk);
    const said = await boot([file, join(folder, "mounted"), APP, ...(booted % DEPLOYS_AFTER === 1 ? [next.id, next.tar] : [])]);
    // The kernel may unmount later: the next state is another file.
    rmSync(file);
    const { name = "", may = [] } = mayRun(events, state.cut) ?? {};
    const [first = "", ...more] = said
      .trimEnd()
      .split("\n")
      .filter((line) => !line.startsWith("boardkit: "));
    const ran = /^runs (.+)$/.exec(first)?.[1];
    const isRight = ran !== undefined && may.includes(ran) && more.length === 0;
    report({ state, ...(isRight ? {} : { wrong: `after "${name}": ${said.trim() || "nothing runs"}` }) });
  }
}

/** `args` are the disk, where it is mounted, the folder on it, and the id and tar of the next release. */
function boot(args: string[]): Promise<string> {
  const argv = ["--mount", "--pid", "--fork", "--kill-child", "sh", BOOT, ...args];
  const child = spawn("unshare", argv, { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => (said += chunk));
  return new Promise((resolve) => child.once("close", () => resolve(said)));
}
