import { expect, test } from "vitest";
import { auditResults, hostile } from "../../../checks/fixtures/report-data.ts";
import { summariseAudit } from "../audit-summary.ts";
import { renderAudit } from "./audit-page.ts";

const render = (boards: number, text?: string) => renderAudit(auditResults(boards, text), new Date(0));

test("packages and files have a mark for each board, and below what is wrong and what to do", () => {
  const page = render(3);
  expect([...page.matchAll(/aria-label="runs"/g)]).toHaveLength(3);
  expect(page).toContain("dies with SIGILL: it uses <code>LSE</code>");
  expect(page).toContain("take another version");
  expect(page).toContain("version 0.9.0 runs");
  expect(page).toContain("needed by app");
  expect(page).toContain("3 native files are for other systems and never loaded.");
  expect(page).toContain("node_modules/broken: it is no package");
});

test("the same finding of a file on several boards is one line that names them", () => {
  const page = render(3);
  expect([...page.matchAll(/it is linked for musl, and the board has glibc/g)]).toHaveLength(2);
  expect(renderAudit({ apps: [], files: auditResults(1).files }, new Date(0))).toContain("and board-1 has glibc");
});

test("hostile names and findings stay texts in the page and in the job summary", () => {
  expect(render(3, hostile)).not.toMatch(/<script|<img|<!--|" onload="/);
  expect(summariseAudit(auditResults(3, hostile))).not.toMatch(/<|`/);
});

test("nothing to audit is a page that says so", () => {
  expect(renderAudit({ apps: [], files: [] }, new Date(0))).toContain("Nothing to audit");
  const [app] = auditResults(1).apps;
  expect(renderAudit({ apps: [{ ...app!, packages: [] }], files: [] }, new Date(0))).toContain("No package has native parts");
});

test("the job summary has a row for each package and file", () => {
  const summary = summariseAudit(auditResults(2));
  expect(summary).toContain("| bad 1.0.2 | - | board-2 | board-1 |");
  expect([...summary.matchAll(/^\| /gm)]).toHaveLength(7);
});
