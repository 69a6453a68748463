// A verdict and a run as the table has them. Pure.
import type { AuditAppOptions } from "../../audit/app/audit-app.ts";
import type { Context } from "../../stages/context.ts";
import { extraFeatures } from "../published/run.ts";
import { compare } from "./agree.ts";
import type { PopularPackage } from "./list.ts";
import type { Prediction } from "./predict.ts";
import type { PopularRun, PopularVerdict } from "./result.ts";
import type { Truth } from "./calls/truth.ts";

export type RowOptions = {
  audit: AuditAppOptions;
  context: Pick<Context, "cache" | "signal">;
  /** Whether calls run. */
  run: boolean;
};

/** The verdict for a place. */
export function verdictOf(place: string, { verdict, problems }: Prediction): PopularVerdict {
  const decisive = verdict === "fails" ? problems.filter(({ severity }) => severity === "error") : problems;
  return { place, verdict, reasons: [...new Set(decisive.map(({ text }) => text))] };
}

/** Where a call ran. */
export type RunPlace = { place: string; cpu: string; runtime: string };

/** A run beside its prediction; `generous` is the prediction for QEMU's CPU. */
export function ranOf(
  { explain = [] }: Pick<PopularPackage, "explain">,
  { place, cpu, runtime }: RunPlace,
  { predicted, generous, truth }: { predicted: Prediction; generous: Prediction; truth: Truth },
): PopularRun {
  const agreement = compare(predicted, generous, truth);
  const known = explain.find((one) => one.places.includes(place) && truth.text.includes(one.text))?.why;
  const byEmulator =
    agreement === "undecided" && truth.end === "works" ? `QEMU's ${cpu} has ${extraFeatures(cpu).join(" and ")}` : undefined;
  const why = known ?? byEmulator;
  const text = withoutFolders(truth.text).slice(0, 300);
  return { place, cpu, runtime, predicted: predicted.verdict, truth: truth.end, text, agreement, ...(why ? { why } : {}) };
}

/** One line, without the folders of the machine that ran the call: those of the cache, of a checkout, and of other absolute paths. */
function withoutFolders(text: string): string {
  return text
    .replaceAll(/\/\S*\/(?<!\/checks\/)(?:popular|store)\/[^/\s]+(?:\/(?:[^/\s]+\/node_modules\/)?|(?=\s|$))/g, "")
    .replaceAll(/\/\S*\/(?=scripts\/checks\/)/g, "")
    .replaceAll(/\s+/g, " ");
}
