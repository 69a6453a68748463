// The prediction beside the truth. Pure.
import type { Prediction } from "./predict.ts";
import type { Truth } from "./calls/truth.ts";

/**
 * `false error`: it works, and the audit says that it fails. `missed`: it does not work, and no problem of the audit is about that.
 * `warned`: it does not work, and the audit warns of that. `undecided`: the run does not answer the question.
 */
export type Agreement = "agrees" | "false error" | "missed" | "warned" | "undecided";

/** The families of rules whose warnings are about an end. */
const WARNS: Record<Exclude<Truth["end"], "works" | "unknown">, RegExp> = {
  crashes: /^(cpu|load|file)\//,
  "does not load": /^(link|libc|node|load|file|wheel)\//,
  "no file": /^$/,
};

/** `generous` is the prediction for the emulated CPU, which may have more features than the board's. */
export function compare(predicted: Prediction, generous: Prediction, { end }: Truth): Agreement {
  if (end === "unknown") return "undecided";
  if (end === "works") {
    if (predicted.verdict !== "fails") return "agrees";
    return generous.verdict === "fails" ? "false error" : "undecided";
  }
  if (predicted.verdict === "fails" || predicted.verdict === "made") return "agrees";
  // A missing file has no rule: it is a problem of the installation.
  return predicted.problems.some(({ rule }) => WARNS[end].test(rule ?? "")) ? "warned" : "missed";
}
