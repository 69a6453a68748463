/** The least time of one measurement. */
const LEAST_NS = 20_000_000n;

/** Nanoseconds of one call: repeated until the measurement is long enough, after a warm-up call. */
export function nanoseconds(work: () => unknown): number {
  work();
  for (let count = 1; ; count *= 2) {
    const started = process.hrtime.bigint();
    for (let index = 0; index < count; index += 1) work();
    const took = process.hrtime.bigint() - started;
    if (took >= LEAST_NS) return Number(took) / count;
  }
}
