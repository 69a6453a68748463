import { expect, test } from "vitest";
import { randomOf } from "../fixtures/random.ts";
import type { DiskEvent, Mark } from "./disk-log.ts";
import { applyEvent, applyState, chooseState } from "./states.ts";

const write = (sector: number, value: number): DiskEvent => ({ kind: "write", offset: sector * 512, bytes: Buffer.alloc(1024, value) });
const events: DiskEvent[] = [write(0, 1), write(2, 2), { kind: "flush" }, write(0, 3), write(4, 4), write(6, 5), { kind: "flush" }];

test("what was flushed is there, what came later may be", () => {
  const random = randomOf(1);
  const seen = new Set<string>();
  for (let round = 0; round < 500; round += 1) {
    const state = chooseState(events, random);
    const disk = Buffer.alloc(8 * 512);
    for (const event of events.slice(0, state.flushed)) applyEvent(disk, event);
    applyState(disk, events, state);
    const values = [0, 2, 4, 6].map((sector) => disk[sector * 512]);
    if (state.cut > 2) expect(values[1]).toBe(2);
    if (state.cut === 7) expect(values).toEqual([3, 2, 4, 5]);
    if (state.cut < 3) expect(values.slice(2)).toEqual([0, 0]);
    // A torn write has whole sectors from its start.
    expect(disk[512] === disk[0] || [0, 1].includes(disk[512] ?? -1)).toBe(true);
    seen.add(values.join());
  }
  // The disk has written the later one first.
  for (const one of ["1,2,0,5", "1,2,4,0", "3,2,0,0", "0,2,0,0"]) expect(seen).toContain(one);
});

test("a mark is no write, and some cuts are right behind one", () => {
  const mark: Mark = { kind: "mark", name: "known", may: [] };
  const marked = [...events.slice(0, 4), mark, ...events.slice(4)];
  const random = randomOf(2);
  const states = Array.from({ length: 100 }, () => chooseState(marked, random));
  expect(states.filter(({ cut }) => cut === 5).length).toBeGreaterThan(20);
  for (const { arrived } of states) expect(arrived).not.toContain(4);
});
