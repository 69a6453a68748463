// Records the disk of a board while releases are deployed to it: one that is confirmed, and one that fails.
import { execFileSync } from "node:child_process";
import { mkdirSync, openSync, ftruncateSync, closeSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { boardAt, type TestBoard } from "../fixtures/deploy/board.ts";
import { packTar, runBy, writeRelease, writeRuntime, type TestRelease } from "../fixtures/deploy/release.ts";
import { supervise, until } from "../fixtures/deploy/supervise.ts";
import { readLog, type DiskEvent, type Mark } from "./disk-log.ts";
import { serveDisk, unmount } from "./served-disk.ts";

export type Recording = {
  /** The bytes of the disk before. */
  before: Buffer;
  events: (DiskEvent | Mark)[];
  /** A release for the next deploy: its id, and the file of its tar. */
  next: { id: string; tar: string };
};

const MIB = 1024 * 1024;
/** Of the folder on the disk. */
export const APP = "my app";

/** Why this machine cannot record a disk; undefined if it can. */
export function findCrashObstacle(): string | undefined {
  if (process.getuid?.() !== 0) return "a disk of its own needs root";
  try {
    for (const program of ["losetup", "mkfs.ext4", "unshare"]) execFileSync("sh", ["-c", `command -v ${program}`], { stdio: "ignore" });
    closeSync(openSync("/dev/fuse", "r+"));
    execFileSync("losetup", ["--find"], { stdio: "ignore" });
    return undefined;
  } catch (error) {
    return `no loop device, FUSE or mkfs.ext4: ${(error as Error).message.split("\n")[0]}`;
  }
}

/** A program that says which release it is, and serves. */
const SERVES = 'echo "runs $BOARDKIT_RELEASE"; [ -n "$ONCE" ] || exec sleep 1000';
const CRASHES = 'echo "runs $BOARDKIT_RELEASE"; exit 3';

/** Makes a disk with a confirmed release, and records what two deploys write on it. */
export async function recordDeploys(folder: string): Promise<Recording> {
  const path = (name: string) => join(folder, name);
  const [shell, unused] = [writeRuntime(path("shell")), writeRuntime(path("unused"), "unused")];
  const releases = ["one", "two", "three", "four"].map((name) =>
    writeRelease(path(name), {
      // The second one is run by a runtime.
      ...(name === "two"
        ? { runtime: shell.id, program: runBy(shell.id, `-c '${SERVES}'`) }
        : { program: name === "three" ? CRASHES : SERVES }),
      files: { [name]: "x".repeat(50_000), "same/large": "y".repeat(100_000), empty: "", "bin/run.sh": `echo ${name}\n` },
      links: { link: "same/large" },
    }),
  );
  const [one, two, three, four] = releases as [TestRelease, TestRelease, TestRelease, TestRelease];
  writeFileSync(path("next.tar.gz"), packTar(four.folder));
  const disk = openSync(path("disk"), "w");
  ftruncateSync(disk, 16 * MIB);
  closeSync(disk);
  execFileSync("mkfs.ext4", ["-q", "-b", "4096", "-J", "size=4", path("disk")]);
  await onDisk(folder, async (mounted) => {
    const board = boardAt(join(mounted, APP));
    const supervised = supervise(board);
    await deploy(board, one);
    await confirm(board, one);
    await supervised.stop();
    board.endProcesses();
  });
  const before = readFileSync(path("disk"));
  const marks: { mark: Mark; size: number }[] = [];
  await onDisk(folder, async (mounted) => {
    const mark = (name: string, ...may: TestRelease[]) => {
      marks.push({ mark: { kind: "mark", name, may: may.map(({ id }) => id) }, size: statSync(path("log")).size });
    };
    mark("the first one is confirmed", one);
    const board = boardAt(join(mounted, APP));
    const supervised = supervise(board);
    await until("running", async () => (await board.call("state")).text("running") === one.id);
    mark("the second one comes", one, two);
    await bringRuntime(board, shell);
    await deploy(board, two, one.id);
    await confirm(board, two);
    mark("the second one is confirmed", two);
    await call(board, "prune", ["t", 2]);
    mark("the third one comes", two, three);
    await deploy(board, three, two.id);
    await until("back", async () => (await board.call("state")).text("running") === two.id);
    mark("the third one has failed", two);
    await call(board, "prune", ["t", 2]);
    await bringRuntime(board, unused);
    await call(board, "prune", ["t", 2]);
    mark("back to the first one", one, two);
    await call(board, "rollback", ["t", 3, 60]);
    await confirm(board, one);
    mark("the first one is confirmed again", one);
    await supervised.stop();
    board.endProcesses();
  });
  const { events, ends } = readLog(path("log"));
  // From the last one on, so that the places of those before stay.
  const all: (DiskEvent | Mark)[] = [...events];
  for (const { mark, size } of marks.toReversed()) all.splice(ends.filter((end) => end <= size).length, 0, mark);
  return { before, events: all, next: { id: four.id, tar: path("next.tar.gz") } };
}

async function call(board: TestBoard, op: string, args: (string | number)[], input?: Buffer): Promise<void> {
  const answer = await board.call(op, args, input);
  if (answer.text("error") !== "" || !answer.records.has("end")) throw new Error(`${op}: ${answer.text("error")} ${answer.stderr}`);
}

async function deploy(board: TestBoard, { id, folder }: TestRelease, base = "-"): Promise<void> {
  const names = base === "-" ? ["."] : [".manifest", ".run", folder.slice(folder.lastIndexOf("/") + 1), "bin"];
  await call(board, "inventory", ["t"]);
  await call(board, "receive", ["t", id], packTar(folder, names));
  await call(board, "assemble", ["t", id, base]);
  await call(board, "activate", ["t", id, 2, 60]);
}

async function bringRuntime(board: TestBoard, { id, folder }: TestRelease): Promise<void> {
  await call(board, "receive", ["t", id], packTar(folder));
  await call(board, "assemble", ["t", id, "-"]);
  await call(board, "adopt", ["t", id]);
}

const confirm = (board: TestBoard, { id }: TestRelease) => call(board, "confirm", ["t", id]);

/** Mounts the disk of a folder while `work` runs; its writes are in the file `log` there. */
async function onDisk(folder: string, work: (mounted: string) => Promise<void>): Promise<void> {
  const mounted = join(folder, "mounted");
  mkdirSync(mounted, { recursive: true });
  const served = await serveDisk(join(folder, "disk"), folder);
  const run = (program: string, ...args: string[]) => execFileSync(program, args, { encoding: "utf8" }).trim();
  let loop = "";
  try {
    loop = run("losetup", "--find", "--show", served.file);
    run("mount", "-t", "ext4", loop, mounted);
    await work(mounted);
  } finally {
    run("sync", "-f", mounted);
    await unmount(mounted);
    if (loop !== "") run("losetup", "--detach", loop);
    await served.end();
  }
}
