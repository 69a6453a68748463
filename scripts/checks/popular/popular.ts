// Audits popular packages for many boards, and runs their calls under QEMU at the CPUs of some.
import { auditApp, type AuditAppOptions } from "../../audit/app/audit-app.ts";
import type { Place } from "../../audit/place.ts";
import { placesOf } from "../../model/place.ts";
import { selectBoard, type Registry } from "../../model/registry.ts";
import type { Triple } from "../../model/targets/triple.ts";
import type { Context } from "../../stages/context.ts";
import { extraFeatures } from "../published/run.ts";
import { compare } from "./agree.ts";
import { installPackage, type NpmPlatform } from "./install.ts";
import type { PopularPackage, PopularPlace } from "./list.ts";
import { emulated, predict, type Prediction } from "./predict.ts";
import type { PopularRow, PopularRun, PopularVerdict } from "./result.ts";
import { callMachine, runCall, type CallMachine } from "./run.ts";
import type { Truth } from "./truth.ts";

/** A place of the table, and the machine that runs the calls there, if one does. */
export type PopularSpot = { place: Place; platform: NpmPlatform; machine?: CallMachine };

/** The spots of the list of places. */
export function spotsOf(places: PopularPlace[], registry: Registry, cache: string): PopularSpot[] {
  return places.map(({ place: id, run }) => {
    const [place] = placesOf(registry, { board: id });
    const { npm } = registry.triples.get(selectBoard(registry, id).target) as Triple;
    return { place: place!, platform: npm, ...(run ? { machine: callMachine(registry, cache, id, run) } : {}) };
  });
}

/** Audits a package for all spots, and runs its call where there is a machine, unless `run` is false. */
export async function checkPackage(
  entry: PopularPackage,
  spots: PopularSpot[],
  options: AuditAppOptions,
  { cache, signal }: Context,
  run: boolean,
): Promise<PopularRow> {
  const row: PopularRow = { name: entry.name, version: entry.version, kind: "npm", places: [], runs: [] };
  const groups = Map.groupBy(spots, ({ platform }) => `${platform.cpu}-${platform.libc}`);
  for (const group of groups.values()) {
    const folder = await installPackage(entry, group[0]!.platform, cache, signal);
    // Three for each spot: as it is, with the Node of the run, and with the features of QEMU's CPU too.
    const report = await auditApp(folder, group.flatMap(placesOfSpot), options);
    for (const [at, { place, machine }] of group.entries()) {
      row.places.push(verdictOf(place.name, predict(report, at * 3)));
      const [predicted, generous] = [emulated(predict(report, at * 3 + 1)), emulated(predict(report, at * 3 + 2))];
      if (!run || !machine || entry.call === undefined || predicted.verdict === "made") continue;
      const truth = await runCall(entry.call, folder, machine, signal);
      row.runs.push(ranOf(entry, place.name, machine, { predicted, generous, truth }));
    }
  }
  const order = spots.map(({ place }) => place.name);
  const inOrder = (one: { place: string }, other: { place: string }) => order.indexOf(one.place) - order.indexOf(other.place);
  return { ...row, places: row.places.toSorted(inOrder), runs: row.runs.toSorted(inOrder) };
}

function placesOfSpot({ place, machine }: PopularSpot): Place[] {
  const ofRun = machine ? { ...place, node: machine.nodeVersion.split(".")[0]! } : place;
  return [place, ofRun, { ...ofRun, features: [...place.features, ...extraFeatures(place.cpu)] }];
}

function verdictOf(place: string, { verdict, problems }: Prediction): PopularVerdict {
  const decisive = verdict === "fails" ? problems.filter(({ severity }) => severity === "error") : problems;
  return { place, verdict, reasons: [...new Set(decisive.map(({ text }) => text))] };
}

function ranOf(
  { explain = [] }: PopularPackage,
  place: string,
  { cpu, nodeVersion }: CallMachine,
  { predicted, generous, truth }: { predicted: Prediction; generous: Prediction; truth: Truth },
): PopularRun {
  const agreement = compare(predicted, generous, truth);
  const known = explain.find((one) => one.places.includes(place) && truth.text.includes(one.text))?.why;
  const byEmulator =
    agreement === "undecided" && truth.end === "works" ? `QEMU's ${cpu} has ${extraFeatures(cpu).join(" and ")}` : undefined;
  const why = known ?? byEmulator;
  const text = truth.text.split("\n")[0]!.slice(0, 300);
  return { place, cpu, node: nodeVersion, predicted: predicted.verdict, truth: truth.end, text, agreement, ...(why ? { why } : {}) };
}
