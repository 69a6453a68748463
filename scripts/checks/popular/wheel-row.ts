// A popular wheel: audited for all spots, and called where there is a machine with Python.
import { auditWheel } from "./audit-wheel.ts";
import type { PopularWheel } from "./list.ts";
import { emulated, type Prediction } from "./predict.ts";
import type { PopularRow } from "./result.ts";
import { ranOf, verdictOf, type RowOptions } from "./row.ts";
import { runPython } from "./calls/run.ts";
import { placesOfSpot, type PopularSpot } from "./spots.ts";
import { fetchPopularWheel, PYTHON, type WheelPlatform } from "./wheels.ts";

/** The row of a wheel; without `run` it is only audited. */
export async function checkWheel(entry: PopularWheel, spots: PopularSpot[], { audit, context, run }: RowOptions): Promise<PopularRow> {
  const { cache, signal } = context;
  const row: PopularRow = { name: entry.name, version: entry.version, kind: "wheel", places: [], runs: [] };
  for (const spot of spots) {
    const { place, machine, wheel } = spot;
    const folder = await fetchPopularWheel(entry, wheel, cache, signal);
    if (folder === undefined) {
      row.places.push(verdictOf(place.name, absent(wheel)));
      continue;
    }
    const [asIs, ofRun, generous] = (await auditWheel(
      `${entry.name}-${entry.version}-py3-none-any.whl`,
      folder,
      placesOfSpot(spot),
      audit,
    )) as [Prediction, Prediction, Prediction];
    row.places.push(verdictOf(place.name, asIs));
    if (!run || !machine?.python || entry.call === undefined) continue;
    const besides = Object.entries(entry.beside ?? {}).map(([name, version]) => fetchPopularWheel({ name, version }, wheel, cache, signal));
    const folders = [folder, ...(await Promise.all(besides)).filter((one) => one !== undefined)];
    const truth = await runPython(entry.call, folders, machine.python, context);
    const where = { place: place.name, cpu: machine.cpu, runtime: `Python ${PYTHON}` };
    row.runs.push(ranOf(entry, where, { predicted: emulated(ofRun), generous: emulated(generous), truth }));
  }
  return row;
}

function absent({ name }: WheelPlatform): Prediction {
  const text = `is compiled at installation: PyPI has no wheel of this version for ${name}`;
  return { verdict: "made", problems: [{ severity: "warning", text }] };
}
