// Several targets can fail; the user sees each error, and the exit code is that of the first.
import { BoardkitError, describeError } from "../../lib/errors.ts";
import type { Manifest } from "../../model/report/manifest.ts";
import type { TargetResult } from "../../stages/stage.ts";

/** Throws if a build failed: its error, or one error with the texts of all. */
export function failTogether(results: TargetResult<unknown>[]): void {
  const failed = results.filter(({ output }) => output === undefined);
  const errors = failed.flatMap((result) => result.error ?? []);
  if (failed.length === 0) return;
  if (errors.length === 1) throw errors[0];
  const first = errors[0] instanceof BoardkitError ? errors[0].exit : "failed";
  throw new BoardkitError(`${errors.length} targets failed: ${failed.map((result) => result.target).join(", ")}`, {
    code: "TARGETS_FAILED",
    exit: first,
    tail: errors.map((error) => describeError(error)).join("\n"),
  });
}

/** Throws if a smoke run failed. */
export function failOnSmoke(manifests: Manifest[]): void {
  const failed = manifests.flatMap((manifest) =>
    manifest.smoke.filter((run) => run.outcome === "failed").map((run) => ({ triple: manifest.target.triple, run })),
  );
  if (failed.length === 0) return;
  throw new BoardkitError(`${failed.length} smoke ${failed.length === 1 ? "run" : "runs"} failed`, {
    code: "SMOKE_FAILED",
    tail: failed.map(({ triple, run }) => `${triple}, ${run.kind} on ${run.cpu}: ${run.reason}`).join("\n"),
  });
}
