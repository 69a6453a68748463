// Coverage as OPA's JSON.
import type { Coverage, Lines } from "./grid.ts";
import { goJson } from "./json.ts";

/** The report of `opa test --coverage`, by lines: OPA's ranges have columns too, and the kinds of those that are not covered. */
export function coverageJson(coverage: Coverage): string {
  return goJson(JSON.stringify(coverageFields(coverage)));
}

/** The same as an object. */
export function coverageFields({ files, coveredLines, notCoveredLines, coverage }: Coverage): object {
  const fields = files
    .filter((file) => file.coveredLines + file.notCoveredLines > 0)
    .map((file) => [
      file.file,
      {
        ...(file.covered.length > 0 && { covered: file.covered.map(range) }),
        ...(file.notCovered.length > 0 && { not_covered: file.notCovered.map(range) }),
        ...counts(file.coveredLines, file.notCoveredLines, file.coverage),
      },
    ]);
  return { files: Object.fromEntries(fields), covered_lines: coveredLines, not_covered_lines: notCoveredLines, coverage };
}

function range({ start, end }: Lines): object {
  return { start: { row: start }, end: { row: end } };
}

function counts(covered: number, notCovered: number, percent: number): object {
  return {
    ...(covered > 0 && { covered_lines: covered }),
    ...(notCovered > 0 && { not_covered_lines: notCovered }),
    ...(percent > 0 && { coverage: percent }),
  };
}
