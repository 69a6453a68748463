// Seeded traces: the keys of consecutive requests.
import { Random } from "../lib/random.ts";

export type Trace = { name: string; keys: Uint32Array };

const REQUESTS = 1_000_000;
const KEYS = 100_000;

/** The traces, in the order of the table. */
export function makeTraces(): Trace[] {
  return [
    { name: "Zipf 0.7", keys: trace(zipf(0.7)) },
    { name: "Zipf 0.9", keys: trace(zipf(0.9)) },
    { name: "Zipf 1.0", keys: trace(zipf(1)) },
    { name: "Zipf 0.9 and scans", keys: trace(scanned(zipf(0.9))) },
    { name: "a loop", keys: trace((_, at) => at % KEYS) },
    { name: "a working set that shifts", keys: trace(shifting) },
    { name: "like OLTP", keys: trace(likeOltp(zipf(0.9))) },
  ];
}

type Source = (random: Random, at: number, before: Uint32Array) => number;

function trace(source: Source): Uint32Array {
  const random = new Random(1);
  const keys = new Uint32Array(REQUESTS);
  for (let at = 0; at < REQUESTS; at += 1) keys[at] = source(random, at, keys);
  return keys;
}

/** Requests key k in proportion to 1 / (k + 1)^exponent. */
function zipf(exponent: number): Source {
  const sums = new Float64Array(KEYS);
  let sum = 0;
  for (let key = 0; key < KEYS; key += 1) sums[key] = sum += (key + 1) ** -exponent;
  return (random) => firstAbove(sums, random.next() * sum);
}

/** Every 50,000 requests, 10,000 keys are read once in order, as by a backup or a report, and never again. */
function scanned(other: Source): Source {
  const [every, length] = [50_000, 10_000];
  return (random, at, before) => {
    const place = at % every;
    return place < length ? KEYS + Math.floor(at / every) * length + place : other(random, at, before);
  };
}

/** Nine of ten requests go to a set of 10,000 keys, the tenth to any key. Every 20,000 requests a tenth of the set is replaced. */
function shifting(random: Random, at: number): number {
  const [set, step, every] = [10_000, 1_000, 20_000];
  return random.chance(0.1) ? random.below(KEYS) : (Math.floor(at / every) * step + random.below(set)) % KEYS;
}

/** Half of the requests repeat a recent row, mostly a very recent one; some rows are always popular; one row of twenty is new. */
function likeOltp(popular: Source): Source {
  let created = KEYS;
  return (random, at, before) => {
    if (at > 0 && random.chance(0.5)) {
      // Uniform over magnitudes: 1 to 10 requests ago as often as 1,000 to 10,000.
      const ago = Math.floor(Math.min(at, 50_000) ** random.next());
      return before[at - Math.max(1, ago)] as number;
    }
    return random.chance(0.1) ? (created += 1) : popular(random, at, before);
  };
}

function firstAbove(sums: Float64Array, value: number): number {
  let [low, high] = [0, sums.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sums[middle] as number) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
