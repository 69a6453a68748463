/** One `print(...)` of a policy. */
export interface Print {
  /** Name of the policy; `<query>` for the text of a query. */
  file: string;
  /** Line in it, from 1. */
  line: number;
  /** The values, as OPA prints them. */
  text: string;
}

/** One event of an evaluation. */
export interface ExplainEvent {
  /** An expression is evaluated, a clause of a rule has a value, or `trace` is called. */
  kind: "eval" | "exit" | "note";
  /** Name of the policy; `<query>` for the text of a query. */
  file: string;
  /** Line in it, from 1. */
  line: number;
  /** The source text of the expression or the head; of a note its message. */
  text: string;
}
