// Times subjects in turns: all of them in each round, so that what disturbs the machine disturbs all alike.
import type { Subject } from "./peers.ts";

const ROUND_MS = 40;
const ROUNDS = 25;

/** Microseconds of one call of each subject: the median of the rounds. */
export async function measure(subjects: Subject[]): Promise<number[]> {
  const counts: number[] = [];
  for (const subject of subjects) counts.push(await callsWithin(subject, ROUND_MS));
  const times = subjects.map(() => [] as number[]);
  for (let round = 0; round < ROUNDS; round += 1)
    for (const [index, subject] of subjects.entries()) times[index]?.push(await timeOf(subject, counts[index] as number));
  return times.map((list) => list.toSorted((left, right) => left - right)[ROUNDS >> 1] as number);
}

/** How many calls fit into a time, found by doubling; that also warms the subject up. */
async function callsWithin(subject: Subject, milliseconds: number): Promise<number> {
  for (let count = 16; ; count *= 2) {
    const each = await timeOf(subject, count);
    if (each * count >= milliseconds * 1000) return Math.max(1, Math.round((milliseconds * 1000) / each));
  }
}

/** Microseconds a call. Only what is asynchronous is waited for: a needless wait costs as much as a decision. */
async function timeOf({ ask }: Subject, count: number): Promise<number> {
  const started = process.hrtime.bigint();
  for (let left = count; left > 0; left -= 1) {
    const answer = ask();
    if (answer instanceof Promise) await answer;
  }
  return Number(process.hrtime.bigint() - started) / 1000 / count;
}
