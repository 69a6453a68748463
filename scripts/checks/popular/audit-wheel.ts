// The prediction for an unpacked wheel.
import type { AuditAppOptions } from "../../audit/app/audit-app.ts";
import { readNativeFiles } from "../../audit/app/tree/read-package.ts";
import type { Place } from "../../audit/place.ts";
import { auditWheels } from "../../audit/wheel/audit-wheels.ts";
import { wheelListOf } from "../../stages/fetch-wheels/unpack.ts";
import { predict, type Prediction } from "./predict.ts";

/** The prediction for each place; `file` is the name of the wheel. */
export async function auditWheel(file: string, folder: string, places: Place[], options: AuditAppOptions): Promise<Prediction[]> {
  const { libraries: all, programs } = await readNativeFiles(folder, []);
  const { modules = [], libraries = [] } = Object.groupBy(all, ({ inside }) =>
    wheelListOf(inside) === "libraries" ? "libraries" : "modules",
  );
  const report = await auditWheels(folder, [{ file, modules, programs, libraries }], [], places, options);
  return places.map((_place, index) => predict(report, index));
}
