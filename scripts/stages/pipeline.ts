// The pipeline: every stage, in order. A command runs a part of this list.
import { audit } from "./audit/audit.ts";
import { board } from "./board/board.ts";
import { build } from "./build/build.ts";
import type { Context } from "./context.ts";
import { packages } from "./package/package.ts";
import { plan } from "./plan/plan.ts";
import { publish } from "./publish/publish.ts";
import { pypi } from "./pypi/pypi.ts";
import { release } from "./release/release.ts";
import { runInOrder } from "./run.ts";
import { setUp } from "./set-up/set-up.ts";
import { smoke } from "./smoke/smoke.ts";
import type { Request, Stage, State } from "./stage.ts";
import { verify } from "./verify/verify.ts";
import { wheel } from "./wheel/wheel.ts";

export const pipeline = [
  setUp, // programs of the machine, Rust's standard libraries; facts of the compiler and of the project's crates
  plan, // targets, profile, project and facts -> the steps of each target
  build, // runs the steps; writes dist/<target>/manifest.json, the only input of the stages below
  wheel, // the same for the Python package; writes dist/<target>/wheel.json
  audit, // checks each addon against its target
  smoke, // runs each addon in the target's Node under qemu-user
  board, // boots boards under qemu-system and runs the addon there
  packages, // dist/npm: a package per platform, and the root package that chooses among them
  pypi, // dist/pypi: the wheels and the sdist of the Python package
  release, // dist/release: the packages, .deb, .ipk, .apk, wheels, SBOM, checksums
  publish, // dist/npm and dist/pypi -> registries
  verify, // packages of others -> the same packages, built again, and the differences
] as const satisfies Stage[];

export type StageName = (typeof pipeline)[number]["name"];

/** Runs the named stages in the order of the pipeline. */
export function runStages(names: StageName[], request: Request, context: Context): Promise<State> {
  return runInOrder(
    pipeline.filter(({ name }) => names.includes(name)),
    request,
    context,
  );
}
