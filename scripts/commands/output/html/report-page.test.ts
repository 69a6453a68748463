import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { failedReport, hostileReport } from "../../../checks/fixtures/report-data.ts";
import { readGridReport } from "../../../checks/fixtures/report-dist.ts";
import { temporaryFolder } from "../../../checks/fixtures/temporary-folder.ts";
import { readEarlier } from "../../../stages/report/read-earlier.ts";
import { summariseReport } from "../summary.ts";
import { embedJson, html, render } from "./html.ts";
import { renderReport } from "./report-page.ts";

const report = await readGridReport();

test("values are escaped in elements and attributes, lists are joined, and nothing is nothing", () => {
  expect(render(html`<p title="${`"><b>'&`}">${["<", html`<b>${1}</b>`]}${undefined}${false}</p>`)).toBe(
    '<p title="&quot;&gt;&lt;b&gt;&#39;&amp;">&lt;<b>1</b></p>',
  );
  expect(() => render({ html: "<b>" } as never)).toThrow(TypeError);
});

test("hostile texts of manifests stay texts: in the page, in its data, and in the job summary", async () => {
  const given = hostileReport(report);
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

test("a report shows the bytes by crate, or why there are none", () => {
  const copy = structuredClone(report);
  const [first, second] = copy.targets.flatMap(({ build }) => build ?? []);
  first!.origins = [
    { kind: "own", name: "grid_opa", bytes: 1_400_000 },
    { kind: "section", name: ".rodata", bytes: 500_000 },
    { kind: "others", name: "12 others", bytes: 9000 },
  ];
  delete second!.origins;
  second!.noOrigins = "its last link wrote no map";
  const page = renderReport(copy);
  expect(page).toContain("grid_opa: 1.40 MB");
  expect(page).toContain("Bytes of 1 crate<");
  expect(page).toContain("no sizes by crate; its last link wrote no map");
});

test("what failed has its reason: size, audit, run, board, record", () => {
  const page = renderReport(failedReport(report), report);
  const texts = [
    "104.0 % of 5.00 MB",
    "1 over budget",
    "1 error, 2 warnings",
    "3 of 382 failed",
    "expected 1 to be 2",
    "node:worker_threads",
  ];
  const further = [
    "failed: memory",
    "an earlier build of the addon ran here",
    "unsupported",
    "manifest.json: not valid JSON",
    "no Python",
    "not passed",
  ];
  expect([...texts, ...further].filter((text) => !page.includes(text))).toEqual([]);
  expect(page).not.toMatch(/undefined|NaN/);
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
