// The verdicts of `boardkit audit` as Markdown, for the job summary of GitHub Actions.
import type { AuditResults } from "./html/audit-page.ts";
import { escapeMarkdown, joinBlocks, table } from "./markdown.ts";

/** One row per package or file: where it runs, where it may fail and where it fails. */
export function summariseAudit({ apps, files }: AuditResults): string {
  const packages = apps.flatMap(({ packages: all }) =>
    all.map(({ name, version, places }) => ({
      subject: `${name} ${version}`,
      good: places.filter(({ verdict }) => verdict === "runs").map(({ place }) => place),
      doubtful: places.filter(({ verdict }) => verdict === "warning").map(({ place }) => place),
      bad: places.filter(({ verdict }) => verdict === "fails").map(({ place }) => place),
      texts: places.flatMap(({ problems }) => problems.map(({ text }) => text)),
    })),
  );
  const checked = files.map(({ path, places }) => {
    const worst = places.map(({ name, findings }) => ({ name, severities: findings.map(({ severity }) => severity as string) }));
    const bad = worst.filter(({ severities }) => severities.includes("error"));
    const doubtful = worst.filter((one) => !bad.includes(one) && one.severities.includes("warning"));
    const good = worst.filter((one) => !bad.includes(one) && !doubtful.includes(one));
    const texts = places.flatMap(({ findings }) => findings.filter(({ severity }) => severity !== "note").map(({ message }) => message));
    return { subject: path, good: names(good), doubtful: names(doubtful), bad: names(bad), texts };
  });
  const rows = [...packages, ...checked];
  return joinBlocks([
    `## ${escapeMarkdown("boardkit audit")}`,
    table(
      ["package or file", "✓ runs", "! may fail", "✗ fails", "why"],
      rows.map(({ subject, good, doubtful, bad, texts }) => [
        subject,
        ...[good, doubtful, bad].map((places) => places.join(", ") || "-"),
        describeTexts([...new Set(texts)]),
      ]),
    ),
  ]);
}

/** GitHub shows summaries up to 1 MiB. */
const MOST_TEXTS = 3;

function describeTexts(texts: string[]): string {
  const more = texts.length - MOST_TEXTS;
  return [...texts.slice(0, MOST_TEXTS), ...(more > 0 ? [`and ${more} more`] : [])].join("; ") || "-";
}

const names = (places: { name: string }[]) => places.map(({ name }) => name);
