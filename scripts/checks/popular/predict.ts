// The audit's verdict about a popular package on a place: that of the worst of its native parts. Pure.
import type { AppProblem, AppReport } from "../../audit/app/report.ts";

export type Prediction = {
  /** `made`: no file is there before the installation compiles or downloads it. */
  verdict: "runs" | "warning" | "fails" | "made";
  problems: AppProblem[];
};

/** Rules whose errors no emulator confirms: QEMU does not emulate errata. */
const NOT_EMULATED = new Set(["cpu/erratum-843419"]);

/** The prediction for a place of the report, by its index. */
export function predict(report: AppReport, place: number): Prediction {
  const verdicts = report.packages.map((one) => ({ ...one, at: one.places[place]! }));
  const problems = verdicts.flatMap(({ at }) => at.problems);
  const made = verdicts.some(({ at, optional }) => !optional && at.files.length === 0 && at.verdict === "warning");
  if (problems.some(({ severity }) => severity === "error")) return { verdict: "fails", problems };
  if (made) return { verdict: "made", problems };
  return { verdict: problems.length > 0 ? "warning" : "runs", problems };
}

/** A prediction without what QEMU does not emulate. */
export function emulated({ verdict, problems }: Prediction): Prediction {
  const left = problems.filter(({ rule }) => rule === undefined || !NOT_EMULATED.has(rule));
  if (left.length === problems.length || verdict === "made") return { verdict, problems };
  const isError = left.some(({ severity }) => severity === "error");
  return { verdict: isError ? "fails" : left.length > 0 ? "warning" : "runs", problems: left };
}
