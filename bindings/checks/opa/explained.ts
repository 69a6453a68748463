// Differences from OPA that are known and meant, each with its reason: a judge does not fail on them, and reports them all the same.

type Explained = { cause: RegExp; why: string };

/** `cause` is found in the text that a report gives for the cause of a difference. */
const EXPLAINED: Explained[] = [
  {
    cause: /^errors, strict: Grid eval_(?:type|builtin)_error /,
    why: "OPA's index of rules skips a clause, and with it the call whose error is an error here",
  },
  { cause: /^errors(?:, strict)?: Grid eval_conflict_error /, why: "OPA's index of rules skips the clause that uses the rule in conflict" },
  { cause: /OPA finds a number key by its text/, why: "OPA's index of rules drops the clause, and its evaluation finds the value" },
  { cause: /two keys of an object have the text/, why: "JSON has one key for the two, and OPA keeps the value of either" },
  { cause: /a function … replaces a document/, why: "OPA puts a reference there that no value is equal to" },
  {
    cause: /^OPA takes, Grid compile \(this engine has no plan for the variable __local…/,
    why: "a name that OPA's compiler gives to variables of its own, which it takes for safe",
  },
  {
    cause: /^OPA takes, Grid compile \(this engine has no plan for the variable … which has no value here/,
    why: "a variable that would get its value from a call or a key that needs it is refused at load",
  },
  {
    cause: /no plan for (?:variables that get their values from e|this target of)/,
    why: "a few unifications and targets of `with` are refused at load: Where it is not OPA, in the README for Node",
  },
  { cause: /half of a surrogate pair/, why: "a JavaScript text that is no text for OPA" },
];

/** Whether a cause is explained. */
export function isExplained(cause: string): boolean {
  return EXPLAINED.some((one) => one.cause.test(cause));
}

/** Why a cause is no failure. */
export function explanationOf(cause: string): string | undefined {
  return EXPLAINED.find((one) => one.cause.test(cause))?.why;
}
