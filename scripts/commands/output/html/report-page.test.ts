import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { readGridReport } from "../../../checks/fixtures/report-dist.ts";
import { temporaryFolder } from "../../../checks/fixtures/temporary-folder.ts";
import type { DistReport } from "../../../model/report/dist-report.ts";
import { readEarlier } from "../../../stages/report/read-earlier.ts";
import { summariseReport } from "../summary.ts";
import { embedJson, html, render } from "./html.ts";
import { renderReport } from "./report-page.ts";

const report = await readGridReport();

/** Texts that would end the element that they are in. */
const HOSTILE = [
  "</script><script>alert(1)</script>",
  '<img src=x onerror="alert(1)">',
  `" onload="alert(1)`,
  "<!--",
  "]]>",
  "&lt;b&gt;",
  "`x` | y",
];
const hostile = HOSTILE.join(" ");

/** Fields whose values are fixed words. */
const WORDS = new Set(["created", "severity", "outcome", "verdict", "fault", "timeline"]);
/** Fields whose names come from files. */
const RECORDS = new Set(["sections", "measures"]);

/** A report with hostile texts in every field that can have one. */
function hostileReport(): DistReport {
  const pass = (value: unknown, key = ""): unknown => {
    if (WORDS.has(key)) return value;
    if (Array.isArray(value)) return value.map((one) => pass(one));
    if (typeof value === "string") return `${value} ${hostile}`;
    if (value === null || typeof value !== "object") return value;
    const entries = Object.entries(value).map(([name, one]) => [RECORDS.has(key) ? `${name} ${hostile}` : name, pass(one, name)]);
    return Object.fromEntries(entries);
  };
  return { ...(pass(report) as DistReport), kind: report.kind };
}

test("values are escaped in elements and attributes, lists are joined, and nothing is nothing", () => {
  expect(render(html`<p title="${`"><b>'&`}">${["<", html`<b>${1}</b>`]}${undefined}${false}</p>`)).toBe(
    '<p title="&quot;&gt;&lt;b&gt;&#39;&amp;">&lt;<b>1</b></p>',
  );
  expect(() => render({ html: "<b>" } as never)).toThrow(TypeError);
});

test("hostile texts of manifests stay texts: in the page, in its data, and in the job summary", async () => {
  const given = hostileReport();
  const page = renderReport(given, given);
  const elements = page.replace(/<script type="application\/json"[^]*?<\/script>/, "");
  expect(elements).not.toMatch(/<script|<img|<!--|" onload="/);
  expect([...page.matchAll(/<script/g)]).toHaveLength(1);
  const path = join(temporaryFolder(), "report.html");
  writeFileSync(path, page);
  expect(await readEarlier(path)).toEqual(given);
  expect(summariseReport(given, given)).not.toMatch(/<|(?<!\| |\|)`/);
});

test("the data of a page cannot end its element", () => {
  expect(render(embedJson("x", { text: "</script><!--" }))).toBe(
    String.raw`<script type="application/json" id="x">{"text":"\u003c/script>\u003c!--"}</script>`,
  );
});

test("the policy allows the style of the page and nothing else, and the page loads nothing", () => {
  const page = renderReport(report);
  const [, style = ""] = /<style>([^]*)<\/style>/.exec(page) ?? [];
  expect(page).toContain(
    `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`.replaceAll("'", "&#39;"),
  );
  expect(page).not.toMatch(/ style="|<link|<iframe|url\(|@import|<script(?! type="application\/json")/);
  expect([...page.matchAll(/(?:src|href)="([^#"][^"]*)"/g)]).toEqual([]);
});

test("a report shows its targets, boards, stand-ins, and the missing targets as one entry", () => {
  const absent = ["a", "b"].map((triple) => ({ triple, problems: [{ text: "not built", fix: "run: boardkit build" }] }));
  const page = renderReport({ ...report, targets: [...report.targets, ...absent] });
  expect(page).toContain("97.8 % of 5.00 MB");
  expect(page).toContain("2 targets are not built");
  expect(page).toContain("no Node for armv7 musl is published");
  expect(page).toContain("ipq40xx-128");
  expect(renderReport(report)).not.toContain("is not complete");
});

test("a report without anything is a page that says so", () => {
  const page = renderReport({
    ...report,
    targets: [],
    boards: [],
    wheels: [],
    problems: [{ text: "nothing is built", fix: "run: boardkit ship" }],
  });
  expect(page).toContain("nothing is built");
  expect(page).not.toContain("NaN");
});
