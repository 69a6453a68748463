// The picture of a report for the README.
import { stat } from "node:fs/promises";
import { BoardkitError } from "../../lib/errors.ts";
import { openChromium } from "./chromium.ts";

/** A picture that is larger slows down the page of the repo. */
const MOST_BYTES = 150_000;
const WIDTH = 1180;

/** Takes a picture of the top of a page; throws if it is too large for the README. */
export async function takePicture(page: string, file: string, env: NodeJS.ProcessEnv): Promise<number> {
  const browser = await openChromium(env);
  try {
    const tab = await browser.newPage({ viewport: { width: WIDTH, height: 900 }, colorScheme: "light" });
    await tab.goto(`file://${page}`);
    // The top of the page: figures, targets, and the first row of boards.
    const card = await tab.locator(".card").first().boundingBox();
    const clip = { x: 0, y: 0, width: WIDTH, height: card ? Math.ceil(card.y + card.height) + 10 : 900 };
    await tab.screenshot({ path: file, fullPage: true, clip });
  } finally {
    await browser.close();
  }
  const { size } = await stat(file);
  if (size <= MOST_BYTES) return size;
  throw new BoardkitError(`the picture has ${size} bytes, and at most ${MOST_BYTES} are allowed`, {
    code: "PICTURE_LARGE",
    place: file,
    fix: "take a smaller part of the page in scripts/checks/report/picture.ts",
  });
}
