// Differences from OPA that are known and meant, each with its reason: a judge does not fail on them, and reports them all the same.

type Explained = { cause: RegExp; why: string };

/** `cause` is found in the text that a report gives for the cause of a difference. */
const EXPLAINED: Explained[] = [];

/** Whether a cause is explained. */
export function isExplained(cause: string): boolean {
  return EXPLAINED.some((one) => one.cause.test(cause));
}

/** Why a cause is no failure. */
export function explanationOf(cause: string): string | undefined {
  return EXPLAINED.find((one) => one.cause.test(cause))?.why;
}
