// Times subjects in turn: every round times all of them, so that other load affects all alike.
import { median } from "./median.ts";

/** A function to time; it throws on a wrong answer. A promise is awaited. */
export type Subject = { name: string; ask: () => unknown };
export type Rounds = { rounds: number; milliseconds: number };

/** Microseconds of one `ask` of each subject: the median of the rounds; a round lasts `milliseconds` per subject. */
export async function measure(subjects: Subject[], { rounds, milliseconds }: Rounds): Promise<number[]> {
  const counts: number[] = [];
  for (const subject of subjects) counts.push(await asksWithin(subject, milliseconds));
  const times = subjects.map(() => [] as number[]);
  for (let round = 0; round < rounds; round += 1)
    for (const [index, subject] of subjects.entries()) times[index]?.push(await timeOf(subject, counts[index] as number));
  return times.map(median);
}

/** The number of calls that fit into a time, found by doubling, which also warms up the subject. */
async function asksWithin(subject: Subject, milliseconds: number): Promise<number> {
  for (let count = 1; ; count *= 2) {
    const each = await timeOf(subject, count);
    if (each * count >= milliseconds * 1000) return Math.max(1, Math.round((milliseconds * 1000) / each));
  }
}

/** Microseconds per call. Only promises are awaited: a needless await costs as much as a decision. */
async function timeOf({ ask }: Subject, count: number): Promise<number> {
  const started = process.hrtime.bigint();
  for (let left = count; left > 0; left -= 1) {
    const answer = ask();
    if (answer instanceof Promise) await answer;
  }
  return Number(process.hrtime.bigint() - started) / 1000 / count;
}
