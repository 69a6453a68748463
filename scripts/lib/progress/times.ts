// Times of earlier runs, in a file of the cache folder: the only source of estimates.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

export type Timing = {
  seconds: number;
  /** How much there was to do, for example units that cargo compiled. */
  work?: number;
  /** Bytes that were downloaded. */
  bytes?: number;
};

type TimesFile = { schema: 1; times: Record<string, Timing[]> };

export type Times = {
  /** Everything that is recorded, the newest first. */
  all(): Record<string, Timing[]>;
  /** The newest time of a step; with `work` the one whose work was nearest to it, if any is near. */
  find(key: string, work?: number): Timing | undefined;
  add(key: string, timing: Timing): void;
};

/** A build from cold and some of changed files. */
const KEPT = 4;
/** The share by which the work may differ. */
const NEAR = 0.2;

/** The times in a file, which is read at the first question. */
export function openTimes(path: string): Times {
  let known: Record<string, Timing[]> | undefined;
  const all = () => (known ??= readTimes(path));
  return {
    all,
    find: (key, work) => {
      const timings = all()[key] ?? [];
      if (work === undefined) return timings[0];
      const distance = (one: Timing) => Math.abs((one.work ?? Infinity) - work);
      const [nearest] = timings.toSorted((one, other) => distance(one) - distance(other));
      return nearest && distance(nearest) <= work * NEAR ? nearest : undefined;
    },
    add: (key, added) => {
      // Another process may have written since.
      known = readTimes(path);
      const others = (known[key] ?? []).filter(({ work }) => work !== added.work);
      known[key] = [added, ...others].slice(0, KEPT);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(`${path}.partial-${process.pid}`, `${JSON.stringify({ schema: 1, times: known } satisfies TimesFile, null, 1)}\n`);
      renameSync(`${path}.partial-${process.pid}`, path);
    },
  };
}

/** Times that are kept nowhere. */
export const noTimes: Times = { all: () => ({}), find: () => undefined, add: () => {} };

function readTimes(path: string): Record<string, Timing[]> {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return {};
    throw error;
  }
  try {
    const { schema, times } = JSON.parse(text) as TimesFile;
    // A file of another version is written again, like one that was cut off: until then there are no estimates.
    return schema === 1 ? times : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
