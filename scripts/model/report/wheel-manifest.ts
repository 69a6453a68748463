// dist/<target>/wheel.json: the wheel of a target, and the results of its audit and of its run.
import type { Place } from "../../audit/place.ts";
import type { Finding } from "../../audit/report.ts";
import type { Crate } from "../crate.ts";
import type { Manifest, StepRecord } from "./manifest.ts";

/** The run of a wheel in a Python of the target. */
export type WheelRun = { cpu: string; python: string; output: string; key: string } | { skipped: string };

export type WheelManifest = {
  schema: 2;
  target: string;
  project: Pick<Manifest["project"], "name" | "version" | "commit">;
  profile: string;
  builder: Omit<Manifest["builder"], "linker">;
  wheel: { file: string; bytes: number; sha256: string };
  /** Crates that are compiled into the wheel's module, its own first. */
  crates: Crate[];
  step: StepRecord;
  audit: { place: Place; glibc?: string; findings: Finding[] };
  run: WheelRun;
};
