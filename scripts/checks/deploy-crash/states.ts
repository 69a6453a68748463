// The states that a power cut can leave of a disk whose writes and flushes are known. Pure.
import type { DiskEvent, Mark } from "./disk-log.ts";

/** What the disk has when the power goes: all events before `flushed`, and parts of those up to `cut`. */
export type CrashState = {
  /** Number of events that are durable: up to the last flush before the cut. */
  flushed: number;
  /** Number of events that the disk has answered, and of marks before them. */
  cut: number;
  /** Of the writes after the flush, those that arrived: all of them in a prefix, else any. */
  arrived: number[];
  /** Bytes of the last one that arrived, a multiple of a sector; undefined for all. */
  torn?: number;
};

const SECTOR = 512;

/** A state of a random moment. */
export function chooseState(events: (DiskEvent | Mark)[], random: (limit: number) => number): CrashState {
  const marks = events.flatMap(({ kind }, at) => (kind === "mark" ? [at + 1] : []));
  // Some of them right behind a mark: what the host knows must be there already.
  const cut = random(5) === 0 && marks.length > 0 ? marks[random(marks.length)]! : random(events.length + 1);
  return cutAt(events, cut, random);
}

/** A state of a moment: a disk may keep any of the writes since its last flush, in any order; its sectors are written whole. */
export function cutAt(events: (DiskEvent | Mark)[], cut: number, random: (limit: number) => number): CrashState {
  const flushed = events.slice(0, cut).findLastIndex(({ kind }) => kind === "flush") + 1;
  const open = events.slice(flushed, cut).flatMap(({ kind }, at) => (kind === "write" ? [flushed + at] : []));
  // A third of the states are prefixes, a third lose a few writes, a third most.
  const keeps = [10, 8, 3][random(3)] ?? 10;
  const arrived = open.filter(() => random(10) < keeps);
  const last = events[arrived.at(-1) ?? -1];
  const sectors = last?.kind === "write" ? last.bytes.length / SECTOR : 0;
  return { flushed, cut, arrived, ...(sectors > 1 && random(4) === 0 ? { torn: random(sectors) * SECTOR } : {}) };
}

/** Writes what arrived into the bytes of a disk that has the events before `flushed`. */
export function applyState(disk: Buffer, events: (DiskEvent | Mark)[], { arrived, torn }: CrashState): void {
  for (const at of arrived) applyEvent(disk, events[at], at === arrived.at(-1) ? torn : undefined);
}

/** Writes an event into the bytes of a disk. */
export function applyEvent(disk: Buffer, event: DiskEvent | Mark | undefined, bytes?: number): void {
  if (event?.kind === "write") event.bytes.copy(disk, event.offset, 0, bytes ?? event.bytes.length);
}
