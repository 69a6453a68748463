// Boots the app from a disk as a power cut left it, and holds what runs to what may run.
import { spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { DiskEvent, Mark } from "./disk-log.ts";
import { APP, type Recording } from "./record.ts";
import { applyEvent, applyState, type CrashState } from "./states.ts";

/** In namespaces of its own, so that nothing stays: the disk, an empty memory, the launcher, then the hashes of what it runs. */
const BOOT = `
mount -t proc none /proc && mount -t tmpfs none /run && mount -o loop,noatime "$1" "$2" || { echo 'the disk cannot be mounted'; exit; }
cd "$2/$3" || exit
ONCE=1 dash ./start >/run/said 2>&1
said=$(cat /run/said)
printf '%s\\n' "$said"
id=$(printf '%s\\n' "$said" | sed -n 's/^runs //p')
cd "releases/$id" 2>/dev/null || exit
[ "$(sha256sum <.manifest | cut -c 1-16)" = "$id" ] || echo 'its manifest is not its own'
sed -n 's/^\\([0-9a-f]\\{64\\}\\) .... [0-9]* /\\1  /p' .manifest | sha256sum -c --quiet 2>&1 | head -n 3
[ "$(find . ! -type d | wc -l)" = "$(($(wc -l <.manifest) + 1))" ] || echo 'it has other files'
`;

/** What a boot from a state has shown; `wrong` if it is not as it should be. */
export type Verdict = { state: CrashState; wrong?: string };

/** What may run after a cut: by the last mark before it, or by the first one of all. */
function mayRun(events: (DiskEvent | Mark)[], cut: number): Mark | undefined {
  const isMark = (event: DiskEvent | Mark): event is Mark => event.kind === "mark";
  return events.slice(0, cut).findLast(isMark) ?? events.find(isMark);
}

/** Boots from each state; `report` gets each verdict. */
export async function replay(
  { before, events }: Recording,
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
    const said = await boot(file, join(folder, "mounted"));
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

function boot(disk: string, mounted: string): Promise<string> {
  const argv = ["--mount", "--pid", "--fork", "--kill-child", "sh", "-c", BOOT, "sh", disk, mounted, APP];
  const child = spawn("unshare", argv, { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => (said += chunk));
  return new Promise((resolve) => child.once("close", () => resolve(said)));
}
