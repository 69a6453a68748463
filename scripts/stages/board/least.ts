// The smallest memory at which a board still passes, found by bisection.

/** Step between tried sizes. */
const STEP_MIB = 4;
/** No board boots with this size. */
const TOO_LITTLE_MIB = 16;
/** Further boots that the smallest size must pass: near the limit a size may pass by luck. */
const CONFIRMATIONS = 2;

/**
 * Finds the smallest memory in MiB for which `passes` is true. `enough` is a size that has passed. The result has passed three times, or
 * is `enough`.
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
