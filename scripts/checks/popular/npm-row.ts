// A popular npm package: audited for all spots, and called where there is a machine.
import { auditApp } from "../../audit/app/audit-app.ts";
import { installPackage } from "./install.ts";
import type { PopularPackage } from "./list.ts";
import { emulated, predict } from "./predict.ts";
import type { PopularRow } from "./result.ts";
import { ranOf, verdictOf, type RowOptions } from "./row.ts";
import { runCall } from "./calls/run.ts";
import { placesOfSpot, type PopularSpot } from "./spots.ts";

/** The row of a package; without `run` it is only audited. */
export async function checkPackage(entry: PopularPackage, spots: PopularSpot[], { audit, context, run }: RowOptions): Promise<PopularRow> {
  const { cache, signal } = context;
  const row: PopularRow = { name: entry.name, version: entry.version, kind: "npm", places: [], runs: [] };
  const groups = Map.groupBy(spots, ({ npm }) => `${npm.cpu}-${npm.libc}`);
  for (const group of groups.values()) {
    const folder = await installPackage(entry, group[0]!.npm, cache, signal);
    const report = await auditApp(folder, group.flatMap(placesOfSpot), audit);
    for (const [at, { place, machine }] of group.entries()) {
      row.places.push(verdictOf(place.name, predict(report, at * 3)));
      const [predicted, generous] = [emulated(predict(report, at * 3 + 1)), emulated(predict(report, at * 3 + 2))];
      if (!run || !machine || entry.call === undefined || predicted.verdict === "made") continue;
      const truth = await runCall(entry.call, folder, machine, context);
      const where = { place: place.name, cpu: machine.cpu, runtime: `Node ${machine.nodeVersion}` };
      row.runs.push(ranOf(entry, where, { predicted, generous, truth }));
    }
  }
  const order = spots.map(({ place }) => place.name);
  const inOrder = (one: { place: string }, other: { place: string }) => order.indexOf(one.place) - order.indexOf(other.place);
  return { ...row, places: row.places.toSorted(inOrder), runs: row.runs.toSorted(inOrder) };
}
