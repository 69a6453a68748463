import { join, resolve } from "node:path";
import type { Command } from "commander";
import type { Edge } from "../../commands/command.ts";
import { renderReport } from "../../commands/output/html/report-page.ts";
import { createContext, print } from "../../commands/shared.ts";
import { inTemporaryFolder, packageRoot } from "../../lib/paths.ts";
import { writeWhole } from "../../lib/whole-file.ts";
import { readGridReport } from "../fixtures/report-dist.ts";
import { fetchItems } from "../../stages/set-up/fetch.ts";
import { CHROMIUM } from "../report/chromium.ts";
import { takePicture } from "../report/picture.ts";

/** `boardkit dev picture`: docs/public/report.png, the picture of a report in the README. */
export function addPicture(program: Command, edge: Edge): void {
  program
    .command("picture")
    .description("take the picture of a report for the README, in Chromium")
    .argument("[page]", "a page of `boardkit report`; default: one of the kept records of two targets of Grid")
    .action(async (page?: string) => {
      await fetchItems([CHROMIUM], createContext({}, edge));
      const file = join(packageRoot, "docs/public/report.png");
      const size = await inTemporaryFolder("boardkit-picture", async (folder) => {
        const path = page === undefined ? join(folder, "report.html") : resolve(page);
        if (page === undefined) await writeWhole(path, renderReport(await readGridReport()));
        return takePicture(path, file, edge.env);
      });
      print(`${file}: ${size} bytes`);
    });
}
