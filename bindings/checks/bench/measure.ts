// Times subjects in turns: all of them in each round, so that what disturbs the machine disturbs all alike.
import { median } from "./median.ts";

/** A way to ask: it throws unless the answer is right. One that answers a promise is waited for. */
export type Subject = { name: string; ask: () => unknown };
export type Rounds = { rounds: number; milliseconds: number };

/** Microseconds of one `ask` of each subject: the median of the rounds, in each of which it is asked for so many milliseconds. */
export async function measure(subjects: Subject[], { rounds, milliseconds }: Rounds): Promise<number[]> {
  const counts: number[] = [];
  for (const subject of subjects) counts.push(await asksWithin(subject, milliseconds));
  const times = subjects.map(() => [] as number[]);
  for (let round = 0; round < rounds; round += 1)
    for (const [index, subject] of subjects.entries()) times[index]?.push(await timeOf(subject, counts[index] as number));
  return times.map(median);
}

/** How often a subject can be asked in a time, found by doubling; that also warms it up. */
async function asksWithin(subject: Subject, milliseconds: number): Promise<number> {
  for (let count = 1; ; count *= 2) {
    const each = await timeOf(subject, count);
    if (each * count >= milliseconds * 1000) return Math.max(1, Math.round((milliseconds * 1000) / each));
  }
}

/** Microseconds an ask. Only what is asynchronous is waited for: a needless wait costs as much as a decision. */
async function timeOf({ ask }: Subject, count: number): Promise<number> {
  const started = process.hrtime.bigint();
  for (let left = count; left > 0; left -= 1) {
    const answer = ask();
    if (answer instanceof Promise) await answer;
  }
  return Number(process.hrtime.bigint() - started) / 1000 / count;
}
