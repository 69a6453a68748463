// How busy the child processes keep this machine.
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";

/** Linux counts in hundredths of a second, whatever its own ticks are. */
const TICKS_PER_SECOND = 100;

/** Begins to measure; the result says how many processors the child processes have used since, on average. Containers are not among them. */
export function measureBusy(): () => string {
  const [started, before] = [performance.now(), childSeconds()];
  return () => {
    const busy = (childSeconds() - before) / ((performance.now() - started) / 1000);
    return `${busy.toFixed(1)} of ${availableParallelism()} processors busy`;
  };
}

/** Seconds of CPU that the child processes which have ended used, with their own children. */
export function childSeconds(): number {
  // The name of the program, in parentheses, may have spaces. cutime and cstime are the 16th and 17th field of proc(5).
  const fields = readFileSync("/proc/self/stat", "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[13]) + Number(fields[14])) / TICKS_PER_SECOND;
}
