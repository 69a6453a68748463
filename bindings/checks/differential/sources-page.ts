// Formats the report of mutated sources.
import { formatTable } from "../../../scripts/lib/reporter.ts";
import { explanationOf } from "../opa/explained.ts";
import { type SourceReport, STAGES } from "./sources.ts";

const CAUSES = 200;

/** A table of acceptance by OPA and Grid, and each cause of a difference with its shortest source. */
export function formatSourceReport({ sources, counts, causes }: SourceReport): string {
  const rows = STAGES.filter((opa) => STAGES.some((grid) => counts.has(`${opa} ${grid}`))).map((opa) => [
    `OPA ${opa}`,
    ...STAGES.map((grid) => String(counts.get(`${opa} ${grid}`) ?? 0)),
  ]);
  const sorted = [...causes].toSorted(([, left], [, right]) => Number(right.fails) - Number(left.fails) || right.count - left.count);
  const details = sorted.slice(0, CAUSES).map(([cause, { count, fails, example }]) => {
    const why = explanationOf(cause);
    return `# ${fails ? "FAILS " : `explained (${why}) `}${cause}: ${count}
## ${example.version}, from ${example.name}
${JSON.stringify(example.text)}
OPA  ${example.opa.replaceAll("\n", "\n     ")}
Grid ${example.grid.replaceAll("\n", "\n     ")}`;
  });
  return [`${sources} mutated sources`, formatTable(["", ...STAGES.map((grid) => `Grid ${grid}`)], rows), ...details].join("\n\n");
}
