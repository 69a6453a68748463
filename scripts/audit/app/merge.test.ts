import { expect, test } from "vitest";
import { addRefusals, mergeReports } from "./merge.ts";
import type { AppReport, PackageVerdict, PlaceVerdict } from "./report.ts";

const on = (place: string, verdict: PlaceVerdict["verdict"] = "runs"): PlaceVerdict => ({ place, verdict, files: [], problems: [] });
const pkg = (name: string, version: string, places: PlaceVerdict[]): PackageVerdict => ({
  name,
  version,
  folder: `node_modules/${name}`,
  optional: false,
  dependents: [],
  places,
});
const report = (...packages: PackageVerdict[]): AppReport => ({ schema: 1, app: "x", packages, neverLoaded: 1, unreadable: [] });

test("verdicts are in the order of the places; of several folders the worst counts; npm leaves optional packages out", () => {
  const merged = mergeReports(
    "sharp",
    [
      report(pkg("b", "1", [on("pi-2")]), pkg("a", "1", [on("pi-2")]), pkg("a", "1", [on("pi-2", "fails")])),
      report(pkg("a", "1", [on("pi-4")])),
    ],
    ["pi-4", "pi-2"],
  );
  expect(merged.packages.map(({ name, places }) => [name, ...places.map(({ place, verdict }) => `${place} ${verdict}`)])).toEqual([
    ["a", "pi-4 runs", "pi-2 fails"],
    ["b", "pi-4 warning", "pi-2 runs"],
  ]);
  expect(merged.packages[1]?.places[0]?.problems[0]?.text).toMatch(/^is left out at installation on pi-4/);
  expect(merged).toMatchObject({ app: "sharp", fetched: true, neverLoaded: 2 });
});

test("pip chooses a version for each system", () => {
  const { packages } = mergeReports(
    "x",
    [report(pkg("a", "2", [on("pi-4")])), report(pkg("a", "1", [on("pi-2")]))],
    ["pi-4", "pi-2", "pi-5"],
    "pip",
  );
  expect(packages.map(({ name, version, places }) => [name, version, places.map(({ verdict }) => verdict)])).toEqual([
    ["a", "2, 1", ["runs", "runs", "runs"]],
  ]);
});

test("a package that is refused fails on every place of the tree, also one without native parts", () => {
  const refused = ["a", "b"].map((name) => ({ name, version: "1", wanted: "cpu x64" }));
  const { packages } = addRefusals(report(pkg("a", "1", [on("pi-4"), on("pi-5")])), refused, ["pi-4", "pi-5"]);
  expect(packages.map(({ name, places }) => [name, places.map(({ verdict }) => verdict)])).toEqual([
    ["a", ["fails", "fails"]],
    ["b", ["fails", "fails"]],
  ]);
  expect(packages[0]?.places[1]?.problems[0]?.text).toBe(
    "stops the installation on pi-5: the package manager refuses it there, since it is for cpu x64",
  );
});
