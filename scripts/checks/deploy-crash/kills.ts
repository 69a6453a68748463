// Real power cuts: QEMU is killed at random moments of deploys to the small guest. Its disk keeps what was flushed, and any part of what was
// written since. Then the guest boots from that disk, and the next deploy must work.
import { randomBytes } from "node:crypto";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { inTemporaryFolder } from "../../lib/paths.ts";
import { inPool } from "../../lib/pool.ts";
import type { Context } from "../../stages/context.ts";
import { start } from "../e2e/cli.ts";
import { bootGuest, type Guest, type GuestPlan } from "../fixtures/guest/guest.ts";
import { answerOf, createGuestProject, findTorn, type GuestProject } from "../fixtures/guest/program.ts";
import { makeSmallGuest } from "../fixtures/guest/small-root.ts";
import { randomOf } from "../fixtures/random.ts";
import { readLog } from "./disk-log.ts";
import { serveDisk, type ServedDisk } from "./served-disk.ts";
import { applyEvent, applyState, cutAt } from "./states.ts";

export type Kill = {
  /** The step that the deploy had ended last. */
  after: string;
  /** Writes that the disk had taken since its last flush, and those of them that it lost. */
  open: number;
  lost: number;
  /** What is wrong afterwards. */
  wrong?: string;
};

/** Seconds for the program to answer after a boot. */
const ANSWER_SECONDS = 120;

/** Kills a number of guests, on so many boards side by side; `report` gets each kill. */
export async function testKills(
  count: number,
  { seed, boards }: { seed: number; boards: number },
  context: Context,
  report: (kill: Kill) => void,
): Promise<void> {
  const shares = Array.from({ length: boards }, (_, at) => Math.floor((count + boards - 1 - at) / boards)).filter((share) => share > 0);
  const ended = await inPool([...shares.entries()], { size: boards, keepGoing: false }, ([at, share]) =>
    inTemporaryFolder("kills", (folder) => killOneBoard(share, randomOf(seed + at), folder, context, report)),
  );
  for (const one of ended) if (one.status === "rejected") throw one.reason;
}

/** A board whose power may go. */
type Powered = { guest: Guest; disk: ServedDisk; /** The bytes of its disk before the boot. */ before: Buffer };

async function killOneBoard(
  count: number,
  random: (limit: number) => number,
  folder: string,
  context: Context,
  report: (kill: Kill) => void,
): Promise<void> {
  const plan = await makeSmallGuest(folder, context);
  const image = plan.disks.find(({ serial }) => serial === "data")!.file;
  let board = await boot(plan, image, folder, context);
  try {
    const project = createGuestProject(join(folder, "project"), board.guest.config);
    let span = (await deploySpan(board, project, "--trust")) ?? { milliseconds: 0, bytes: 0 };
    await board.guest.ssh("sync");
    const clean = readFileSync(image);
    let confirmed = await answerOf(board.guest);
    for (let round = 1; round <= count; round += 1) {
      context.signal.throwIfAborted();
      const next = `dish ${round}\n`;
      project.write({ "menu.txt": next, "picture.bin": randomBytes(150_000) });
      const { code, after } = await interrupt(board, join(folder, "project"), chooseMoment(span, random));
      const lost = await cutPower(board, image, random);
      const kill = { after: code === 0 ? "its end" : after || "its begin", ...lost };
      try {
        board = await boot(plan, image, folder, context);
        // Before the files were verified no trial has begun, and after the end of the deploy it is confirmed.
        const may = code === 0 ? [next] : ["", "send"].includes(after) ? [confirmed] : [confirmed, next];
        const wrong = await findWrong(board, may);
        if (random(2) === 0) project.write({ "menu.txt": `another ${next}` });
        span = (await deploySpan(board, project)) ?? span;
        confirmed = await answerOf(board.guest);
        const answer = confirmed.endsWith(next) ? undefined : `after the next deploy it answers ${JSON.stringify(confirmed)}`;
        report({ ...kill, ...wrongOf([wrong, answer]) });
      } catch (error) {
        report({ ...kill, wrong: (error as Error).message });
        await powerOff(board);
        writeFileSync(image, clean);
        board = await boot(plan, image, folder, context);
        confirmed = await answerOf(board.guest);
      }
    }
  } finally {
    await powerOff(board);
  }
}

async function powerOff({ guest, disk }: Powered): Promise<void> {
  await guest.cut();
  await disk.end();
}

const wrongOf = (texts: (string | undefined)[]) => {
  const wrong = texts.filter((one) => one !== undefined).join("; ");
  return wrong === "" ? {} : { wrong };
};

async function boot(plan: GuestPlan, image: string, folder: string, context: Context): Promise<Powered> {
  const before = readFileSync(image);
  const disk = await serveDisk(image, join(folder, "disk"));
  const disks = plan.disks.map((one) => (one.file === image ? { ...one, file: disk.file } : one));
  try {
    return { guest: await bootGuest({ ...plan, disks }, folder, context), disk, before };
  } catch (error) {
    await disk.end();
    throw error;
  }
}

/** From the first write of a deploy to its end: the time, and the bytes of the disk's log. */
type Span = { milliseconds: number; bytes: number };

/** Half of the moments are random times, the others are in the middle of writes, which take little time. */
function chooseMoment({ milliseconds, bytes }: Span, random: (limit: number) => number): Span {
  const part = (whole: number) => random(Math.ceil(whole * 1.1) + 1);
  return random(2) === 0 ? { milliseconds: part(milliseconds), bytes: Infinity } : { milliseconds: Infinity, bytes: part(bytes) };
}

/** Deploys to the end; undefined if nothing was to do. */
async function deploySpan({ disk }: Powered, project: GuestProject, ...options: string[]): Promise<Span | undefined> {
  const { size } = statSync(disk.log);
  const running = project.deploy(...options);
  const [began, result] = await Promise.all([untilWritten(disk, size + 1, running), running]);
  if (result.outcome === "unchanged") return undefined;
  if (result.outcome !== "deployed") throw new Error(`the deploy: ${JSON.stringify(result.error)} ${result.stderr}`);
  return { milliseconds: performance.now() - began, bytes: statSync(disk.log).size - size };
}

/** Begins a deploy; kills the board at a moment of it, or when it has ended. The deploy is ended too, as its link is. */
async function interrupt({ disk, guest }: Powered, project: string, moment: Span): Promise<{ code: number | null; after: string }> {
  const { size } = statSync(disk.log);
  const { child, ended } = start(["--cwd", project, "deploy", "guest", "--ssh-config", guest.config]);
  await untilWritten(disk, size + 1, ended);
  if (moment.bytes < Infinity) await untilWritten(disk, size + moment.bytes, ended);
  else await Promise.race([ended, sleep(moment.milliseconds)]);
  const code = child.exitCode;
  await guest.cut();
  child.kill("SIGINT");
  const { stderr } = await ended;
  return { code, after: [...stderr.matchAll(/^✓ (\w+)/gm)].at(-1)?.[1] ?? "" };
}

/** Waits until the log of a disk has a size, or for the end of what writes; the time then. */
async function untilWritten({ log }: ServedDisk, size: number, writer: Promise<unknown>): Promise<number> {
  const over = writer.then(
    () => true,
    () => true,
  );
  while (statSync(log).size < size && !(await Promise.race([over, sleep(1, false)])));
  return performance.now();
}

/** Ends a board, and leaves on its disk what a power cut leaves. */
async function cutPower(
  { guest, disk, before }: Powered,
  image: string,
  random: (limit: number) => number,
): Promise<Pick<Kill, "open" | "lost">> {
  await powerOff({ guest, disk, before });
  const { events } = readLog(disk.log);
  const state = cutAt(events, events.length, random);
  for (const event of events.slice(0, state.flushed)) applyEvent(before, event);
  applyState(before, events, state);
  writeFileSync(image, before);
  const open = events.length - state.flushed;
  return { open, lost: open - state.arrived.length };
}

/** What is wrong after a boot: another program answers, or none; a release is not whole; the file system has errors. */
async function findWrong({ guest }: Powered, may: string[]): Promise<string | undefined> {
  const deadline = performance.now() + ANSWER_SECONDS * 1000;
  const ask = () => answerOf(guest).catch(() => "");
  let answer = await ask();
  while (answer === "" && performance.now() < deadline) {
    await sleep(200);
    answer = await ask();
  }
  const torn = await findTorn(guest);
  const [error] = /^.*EXT4-fs (?:error|warning).*$/m.exec(guest.console()) ?? [];
  const { wrong } = wrongOf([
    may.includes(answer) ? undefined : `it answers ${JSON.stringify(answer)} and not ${JSON.stringify(may)}`,
    torn === "" ? undefined : `releases that are not whole: ${torn}`,
    error,
  ]);
  return wrong;
}
