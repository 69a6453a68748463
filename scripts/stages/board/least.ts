// The smallest memory at which a board still passes, found by bisection.

/** Memory is tried in steps of so many MiB. */
const STEP_MIB = 4;
/** Nothing was ever seen to boot with so little. */
const TOO_LITTLE_MIB = 16;
/** A size near the edge passes by luck: the smallest has to pass so often. */
const CONFIRMATIONS = 2;

/**
 * Finds the smallest memory in MiB at which `passes` says yes, from a size that passed. What it finds has passed three times, or it is
 * `enough` itself.
 */
export async function findLeast(enough: number, passes: (ramMiB: number) => Promise<boolean>): Promise<number> {
  let [low, high] = [TOO_LITTLE_MIB, enough];
  while (high - low > STEP_MIB) {
    const middle = low + STEP_MIB * Math.max(1, Math.floor((high - low) / 2 / STEP_MIB));
    if (await passes(middle)) high = middle;
    else low = middle;
  }
  while (high < enough && !(await passesAgain(high, passes))) high = Math.min(enough, high + STEP_MIB);
  return high;
}

async function passesAgain(ramMiB: number, passes: (ramMiB: number) => Promise<boolean>): Promise<boolean> {
  for (let time = 0; time < CONFIRMATIONS; time += 1) if (!(await passes(ramMiB))) return false;
  return true;
}
