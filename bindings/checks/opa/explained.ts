// Known and intended differences from OPA, each with its reason: the checks report them, but do not fail on them.

type Explained = { cause: RegExp; why: string };

/** `cause` matches the text of a difference's cause in a report. */
const EXPLAINED: Explained[] = [
  {
    cause: /^errors, strict: Grid eval_(?:type|builtin)_error /,
    why: "OPA's rule index skips a clause, and the call in it that fails in Grid",
  },
  { cause: /^errors(?:, strict)?: Grid eval_conflict_error /, why: "OPA's rule index skips the clause that uses the conflicting rule" },
  { cause: /OPA finds a number key by its text/, why: "OPA's rule index drops the clause, but its evaluation finds the value" },
  { cause: /two keys of an object have the text/, why: "both keys are the same key in JSON, and OPA keeps one of the values" },
  { cause: /a function … replaces a document/, why: "OPA replaces the document by a reference that equals no value" },
  {
    cause: /^OPA takes, Grid compile \(this engine has no plan for the variable __local…/,
    why: "the name is one of the OPA compiler's own variables, which it takes for safe",
  },
  {
    cause: /^OPA takes, Grid compile \(this engine has no plan for the variable … which has no value here/,
    why: "Grid rejects at load a variable whose value comes from a call or a key that needs the variable",
  },
  {
    cause: /no plan for (?:variables that get their values from e|this target of)/,
    why: "a few unifications and targets of `with` are refused at load: Where it is not OPA, in the README for Node",
  },
  { cause: /half of a surrogate pair/, why: "a JavaScript string that is not valid in OPA" },
];

/** Whether a cause is explained. */
export function isExplained(cause: string): boolean {
  return EXPLAINED.some((one) => one.cause.test(cause));
}

/** Why a cause is not a failure. */
export function explanationOf(cause: string): string | undefined {
  return EXPLAINED.find((one) => one.cause.test(cause))?.why;
}
