// One boot of a board under qemu-system: images, deadline, results, log.
import { randomUUID } from "node:crypto";
import { createWriteStream, existsSync } from "node:fs";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { getToolchain } from "../../model/registry.ts";
import { run, runInTerminal, type Command, type Outcome } from "../../tools/exec.ts";
import { systemArguments, type BootFiles } from "../../emulate/qemu-system.ts";
import { makeImages, RESULTS_BYTES } from "./image.ts";
import type { BoardPlan } from "./plan.ts";
import { parseRecords, phaseOf, type Records } from "./records.ts";
import type { Boot } from "./verdict.ts";
import type { Context } from "../context.ts";
import { provided, providedProgram } from "../../tools/store/store.ts";

/** Time beyond the board's own deadline until QEMU is ended: for the kernel before the board's clock runs, and for powering off. */
const GRACE_SECONDS = 20;

/** How often the records are read. */
const POLL_MS = 2000;

/** Time limit for the first record of init; without one the kernel hangs, and QEMU is ended. */
const UP_SECONDS = 60;

/** The log of a board's last run: the console, and the output of the programs. */
export function boardLog({ dist, sized }: BoardPlan): string {
  return join(dist, "logs", `board-${sized.id}.log`);
}

/** Boots a board, lets it run its programs and waits for its end; `show` gets what it does. */
export async function bootBoard(
  plan: BoardPlan,
  seconds: number,
  context: Context,
  show: (phase: string) => void = () => {},
): Promise<Boot> {
  return inFolder(plan, async (folder) => {
    show("disk images");
    const files = await makeImages(plan, folder, context);
    const log = join(folder, "log");
    const command = commandOf(plan, files, { seconds, shell: false }, context);
    const outcome = await runUntilUp(files, { ...command, log, signal: context.signal, timeoutSeconds: seconds + GRACE_SECONDS }, show);
    const records = parseRecords(await readResults(files));
    await keepLog(records, log, boardLog(plan));
    return { outcome, records };
  });
}

/** Runs QEMU, and ends it if the board is not up in time. */
async function runUntilUp(files: BootFiles, command: Command, show: (phase: string) => void): Promise<Outcome> {
  const giveUp = new AbortController();
  const isUp = async () => existsSync(files.results) && (await readResults(files)).some(Boolean);
  const timer = setTimeout(async () => (await isUp()) || giveUp.abort(), UP_SECONDS * 1000);
  show("boot");
  let reading = Promise.resolve();
  const read = async () => {
    if (existsSync(files.results)) show(phaseOf(parseRecords(await readResults(files))));
  };
  const watch = setInterval(() => {
    reading = reading.then(read);
    // An error is thrown below; until then it must not count as an unhandled rejection.
    reading.catch(() => undefined);
  }, POLL_MS);
  try {
    return await run({ ...command, giveUp: giveUp.signal });
  } finally {
    clearInterval(watch);
    // The caller removes the files.
    await reading;
    clearTimeout(timer);
  }
}

/** Boots a board with its console in the terminal, until its shell ends. */
export async function openShell(plan: BoardPlan, context: Context): Promise<void> {
  await inFolder(plan, async (folder) => {
    const files = await makeImages(plan, folder, context);
    await runInTerminal(commandOf(plan, files, { seconds: 0, shell: true }, context));
  });
}

/** Runs `work` with a temporary folder beside the target's results, so that simultaneous runs do not collide. */
async function inFolder<T>(plan: BoardPlan, work: (folder: string) => Promise<T>): Promise<T> {
  const folder = join(plan.dist, `.board-${plan.sized.id}-${randomUUID().slice(0, 8)}`);
  await mkdir(folder, { recursive: true });
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function commandOf(plan: BoardPlan, files: BootFiles, options: { seconds: number; shell: boolean }, { cache, registry }: Context) {
  const qemu = getToolchain(registry, "qemu-system");
  const firmware = ["firmware", "bios"].map((name) => provided(cache, qemu, name));
  return {
    argv: [
      ...providedProgram(cache, qemu, plan.target.arch),
      ...systemArguments(plan.machine, files, {
        cpu: plan.cpu,
        ramMiB: plan.sized.ramMiB,
        time: Math.floor(Date.now() / 1000),
        firmware,
        ...options,
      }),
    ],
    env: { QEMU_MODULE_DIR: provided(cache, qemu, "modules") },
  };
}

/** The results of a board, at most RESULTS_BYTES. */
async function readResults({ results, resultsSector }: BootFiles): Promise<Buffer> {
  const file = await open(results);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(RESULTS_BYTES), 0, RESULTS_BYTES, resultsSector * 512);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Adds the output of the programs to the console's log, and moves the log to its place. */
async function keepLog(records: Records, log: string, place: string): Promise<void> {
  const stream = createWriteStream(log, { flags: "a" });
  for (const [name, text] of records) if (name.endsWith("/output")) stream.write(`\n## ${name}\n${text}`);
  await new Promise((done) => stream.end(done));
  await mkdir(join(place, ".."), { recursive: true });
  await rename(log, place);
}
