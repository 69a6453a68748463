import { resolve } from "node:path";
import { readProject } from "../model/project.ts";
import { readEarlier } from "../stages/report/read-earlier.ts";
import { readReport } from "../stages/report/report.ts";
import type { Define } from "./command.ts";
import { reportFile, writeReport } from "./output/write-report.ts";
import { folderOf, jsonOption, print } from "./shared.ts";

type Options = { out?: string; compare?: string; json: boolean };

/** `boardkit report`: one page about everything in dist/. */
export const defineReport: Define = (command, edge) => {
  command
    .description("write one HTML page about everything in dist/: targets, boards, findings, sizes, and what is missing")
    .option("-o, --out <file>", "the page to write; default: dist/report.html")
    .option("--compare <report>", "an earlier page of this command, or its JSON, to show what has changed since")
    .addOption(jsonOption())
    .addHelpText(
      "after",
      "\nThe page is one file without scripts. It loads nothing, and has its own data embedded for a later --compare.\nIn GitHub Actions the tables are also added to the job summary.",
    )
    .action(async (options: Options) => {
      const project = readProject(folderOf(command));
      const report = await readReport(project, edge.loadRegistry(), new Date());
      // Before the page is written: the earlier one may have its name.
      const earlier = options.compare === undefined ? undefined : await readEarlier(resolve(folderOf(command), options.compare));
      if (options.json) return print(JSON.stringify(report, null, 2));
      const path = options.out === undefined ? reportFile(project) : resolve(folderOf(command), options.out);
      print(await writeReport(report, earlier, path, edge.env));
    });
};
