import type { Command } from "commander";
import { BoardkitError } from "../../lib/errors.ts";
import { inPool } from "../../lib/pool.ts";
import { writeWhole } from "../../lib/whole-file.ts";
import { QEMU_USER } from "../../emulate/user.ts";
import { auditOptionsOf } from "../../stages/fetch-app/audit-options.ts";
import { fetchItems } from "../../stages/set-up/fetch.ts";
import { readPopular } from "../popular/list.ts";
import { checkPackage } from "../popular/npm-row.ts";
import { spotsOf } from "../popular/spots.ts";
import { checkWheel } from "../popular/wheel-row.ts";
import { mergeResults, readResult, RESULT_PATH, writeText, type PopularResult } from "../popular/result.ts";
import { describeRuns, describeSummary, describeVerdicts, failOnDifferences } from "../popular/text.ts";
import { createContext, parseCount, print } from "../../commands/shared.ts";
import type { Edge } from "../../commands/command.ts";

type Options = { only: string[]; run: boolean; update: boolean; jobs: number };

/** `boardkit dev popular`: audits well-known packages for many boards, and holds the verdicts to runs. */
export function addPopular(program: Command, edge: Edge): void {
  program
    .command("popular")
    .description("audit well-known packages for many boards, and compare the verdicts with runs of their calls")
    .option("--only <text>", "only packages whose name contains the text; repeatable", (text, all: string[]) => [...all, text], [])
    .option("--no-run", "audit only")
    .option("--update", "write docs/public/popular.json, from which `boardkit dev generate` makes docs/popular.md", false)
    .option("-j, --jobs <n>", "number of packages at a time", parseCount(1, 16), 2)
    .action(async ({ only, run, update, jobs }: Options) => {
      if (update && !run) throw new BoardkitError("--update writes runs too, so it takes no --no-run", { code: "USAGE", exit: "usage" });
      const context = createContext({ jobs: 1 }, edge);
      const { registry, cache, reporter } = context;
      const { packages, wheels, places } = await readPopular(only);
      const spots = spotsOf(places, registry, cache);
      const machines = spots.flatMap(({ machine }) => machine ?? []);
      if (run) await fetchItems([QEMU_USER, ...machines.flatMap(({ toolchains }) => toolchains)], context);
      const options = { audit: await auditOptionsOf(context), context, run };
      const checks = [
        ...packages.map((entry) => ({ check: () => checkPackage(entry, spots, options) })),
        ...wheels.map((entry) => ({ check: () => checkWheel(entry, spots, options) })),
      ];
      const results = await inPool(checks, { size: jobs, keepGoing: true }, async ({ check }) => {
        const row = await check();
        reporter.note(
          `${row.name}: ${row.runs.map(({ place, truth, agreement }) => `${place} ${truth} (${agreement})`).join(", ") || "audited"}`,
        );
        return row;
      });
      const failed = results.find((one) => one.status === "rejected");
      if (failed) throw failed.reason;
      const rows = results
        .flatMap((one) => (one.status === "fulfilled" ? [one.value] : []))
        .toSorted((one, other) => (one.name < other.name ? -1 : 1));
      const result: PopularResult = {
        schema: 1,
        places: spots.map(({ place }) => ({
          place: place.name,
          name: registry.boards.get(place.name)?.name ?? place.name,
          cpu: place.cpu,
          libc: `${place.libc} ${place.libcVersion}`,
          ...(place.node === undefined ? {} : { node: place.node }),
        })),
        packages: rows,
      };
      print(describeVerdicts(rows));
      if (run) print(`\n${describeRuns(rows)}`);
      print(`\n${describeSummary(rows)}`);
      if (update) {
        // A complete run has no rows of packages that are listed no more.
        await writeWhole(RESULT_PATH, writeText(only.length > 0 ? mergeResults(readResult(), result) : result));
      }
      failOnDifferences(rows);
    });
}
