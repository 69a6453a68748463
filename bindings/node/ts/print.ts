/** One `print(...)` of a policy. */
export interface Print {
  /** Name of the policy; `<query>` for the text of a query. */
  file: string;
  /** Line in it, from 1. */
  line: number;
  /** The values, as OPA prints them. */
  text: string;
}
