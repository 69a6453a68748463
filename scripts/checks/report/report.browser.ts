// The pages of `boardkit report` and `boardkit audit --html` in a real Chromium.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Browser } from "playwright-core";
import { renderAudit } from "../../commands/output/html/audit-page.ts";
import { renderReport } from "../../commands/output/html/report-page.ts";
import { auditResults, failedReport, hostileReport } from "../fixtures/report-data.ts";
import { readGridReport } from "../fixtures/report-dist.ts";
import { temporaryFolder } from "../fixtures/temporary-folder.ts";
import { openChromium } from "./chromium.ts";
import { areasOf, lookAt, views, widthsOf } from "./look.ts";

let browser: Browser;
beforeAll(async () => {
  browser = await openChromium(process.env);
});
afterAll(() => browser.close());

const report = await readGridReport();
const earlier = structuredClone(report);
earlier.targets[0]!.build!.bytes -= 100_000;
const absent = { triple: "x86_64-unknown-linux-gnu", problems: [{ text: "not built", fix: "run: boardkit build" }] };
const pages = {
  report: renderReport(report),
  "compared report": renderReport({ ...report, targets: [...report.targets, absent] }, earlier),
  "hostile report": renderReport(hostileReport(report), hostileReport(earlier)),
  "failed report": renderReport(failedReport(report), report),
  "empty report": renderReport({ ...report, targets: [], boards: [] }),
  audit: renderAudit(auditResults(3), new Date(0)),
  "audit of many boards": renderAudit(auditResults(40), new Date(0)),
};

function write(name: keyof typeof pages): string {
  const path = join(temporaryFolder(), `${name}.html`);
  writeFileSync(path, pages[name]);
  return path;
}

const cases = Object.keys(pages).flatMap((name) => views.map((view) => ({ name: name as keyof typeof pages, ...view })));

test.each(cases)("$name at $width px, $theme: nothing overflows, axe-core finds nothing, nothing is loaded", async ({ name, ...view }) => {
  await lookAt(browser, write(name), view, async ({ overflow, violations, noise }) => {
    expect({ overflow, violations, noise }).toEqual({ overflow: 0, violations: [], noise: [] });
  });
});

test("bars are as long as their values", async () => {
  await lookAt(browser, write("report"), { width: 1280, theme: "light" }, async ({ page }) => {
    const [ground = 0] = await widthsOf(page, ".matrix .bar .ground");
    const sizes = await widthsOf(page, ".matrix .bar .size");
    const shares = report.targets.map(({ build }) => build!.bytes / build!.budget!);
    expect(sizes.map((width) => width / ground)).toEqual(shares.map((share) => expect.closeTo(share, 2)));
    const [board] = report.boards;
    const [whole = 0] = await widthsOf(page, ".card .bar .ground");
    const [kernel = 0] = await widthsOf(page, ".card .bar .kernel");
    expect(kernel / whole).toBeCloseTo(1 - board!.memTotalKiB! / 1024 / board!.ramMiB, 2);
  });
});

test("areas of the treemaps are as large as their sections and crates", async () => {
  await lookAt(browser, write("report"), { width: 380, theme: "light" }, async ({ page }) => {
    const [chart = 0] = await areasOf(page, "[aria-labelledby=sizes] .treemap");
    const [text = 0] = await areasOf(page, "[aria-labelledby=sizes] .treemap .code");
    const { sections } = report.targets[0]!.build!.audit!;
    const inFile = Object.entries(sections).filter(([name]) => ![".bss", ".tbss", ".relro_padding"].includes(name));
    const whole = inFile.reduce((sum, [, bytes]) => sum + bytes, 0);
    expect(text / chart).toBeCloseTo(sections[".text"]! / whole, 1);
    const crates = await areasOf(page, "[aria-labelledby=crates] .treemap .own");
    const own = report.targets[0]!.build!.origins!.filter(({ kind }) => kind === "own").reduce((sum, { bytes }) => sum + bytes, 0);
    expect(crates.reduce((sum, area) => sum + area, 0) / chart).toBeCloseTo(own / whole, 1);
  });
});

test("the themes differ, and on paper the folds are open", async () => {
  const grounds = await Promise.all(
    (["light", "dark"] as const).map((theme) =>
      lookAt(browser, write("report"), { width: 1280, theme }, ({ page }) =>
        page.evaluate("getComputedStyle(document.body).backgroundColor"),
      ),
    ),
  );
  expect(new Set(grounds).size).toBe(2);
  const path = write("report");
  const page = await browser.newPage();
  await page.goto(`file://${path}`);
  const height = async () => (await page.locator("details > :not(summary)").first().boundingBox())?.height ?? 0;
  expect(await height()).toBe(0);
  await page.emulateMedia({ media: "print" });
  expect(await height()).toBeGreaterThan(20);
  expect((await page.pdf()).subarray(0, 5).toString()).toBe("%PDF-");
  await page.close();
});
