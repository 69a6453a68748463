// Looks at a page as a reader does: width, theme, contrast, and what it asked of the network. A screenshot is kept as output: fonts differ
// between machines, so tests compare facts of the layout instead of pixels.
import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { testLog } from "../suites/logs.ts";

type View = { width: number; theme: "light" | "dark" };

export const views: View[] = (["light", "dark"] as const).flatMap((theme) => [380, 1280].map((width) => ({ width, theme })));

type Look = {
  page: Page;
  /** Width of the content beyond the width of the window, in pixels. */
  overflow: number;
  /** Rules of axe-core that elements violate. */
  violations: string[];
  /** Requests besides that of the page, and messages of the console, for example of its policy. */
  noise: string[];
  /** File of the screenshot. */
  screenshot: string;
};

type AxeResult = { violations: { id: string; nodes: { html: string }[] }[] };

/** Opens a page file in a view, with everything unfolded, and hands over what is to see. */
export async function lookAt<T>(browser: Browser, path: string, { width, theme }: View, see: (look: Look) => Promise<T>): Promise<T> {
  const page = await browser.newPage({ colorScheme: theme, viewport: { width, height: 900 } });
  try {
    const noise: string[] = [];
    page.on("console", (message) => noise.push(message.text()));
    page.on("dialog", (dialog) => noise.push(`dialog: ${dialog.message()}`));
    page.on("request", (request) => request.isNavigationRequest() || noise.push(request.url()));
    await page.goto(`file://${path}`);
    const screenshot = testLog(
      `${path
        .split("/")
        .at(-1)
        ?.replace(/\.html$/, "")} ${theme} ${width}`,
      ".png",
    );
    await mkdir(dirname(screenshot), { recursive: true });
    await page.screenshot({ path: screenshot, fullPage: true });
    await unfold(page);
    const overflow = Number(await page.evaluate("document.documentElement.scrollWidth - window.innerWidth"));
    await page.evaluate(axe.source);
    const { violations } = (await page.evaluate("axe.run()")) as AxeResult;
    const texts = violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`));
    return await see({ page, overflow, violations: texts, noise, screenshot });
  } finally {
    await page.close();
  }
}

/** Opens every fold, so that its content is checked too. */
async function unfold(page: Page): Promise<void> {
  await page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true");
}

/** Widths of boxes in pixels. */
export async function widthsOf(page: Page, selector: string): Promise<number[]> {
  const boxes = await Promise.all((await page.locator(selector).all()).map((one) => one.boundingBox()));
  return boxes.map((box) => box?.width ?? 0);
}

/** Areas of boxes in square pixels. */
export async function areasOf(page: Page, selector: string): Promise<number[]> {
  const boxes = await Promise.all((await page.locator(selector).all()).map((one) => one.boundingBox()));
  return boxes.map((box) => (box?.width ?? 0) * (box?.height ?? 0));
}
