// The stage build: runs the steps of the targets in parallel, and writes the manifests.
import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { sizeAndHash } from "../../lib/hash.ts";
import { inPool } from "../../lib/pool.ts";
import { formatBytes } from "../../lib/reporter.ts";
import type { Manifest, StepRecord } from "../../model/report/manifest.ts";
import type { Plan, Step, TargetPlan } from "../../model/plan.ts";
import type { Project } from "../../model/project.ts";
import { getArchitecture, getCpu } from "../../model/registry.ts";
import { readAddonCrate } from "../../tools/rust/addon-crate.ts";
import type { Context } from "../context.ts";
import { readManifest, writeManifest } from "../manifest.ts";
import { writeProjectLoader } from "../package/loader.ts";
import { featureFlags } from "../plan/cargo.ts";
import { writeHostFiles } from "../plan/host.ts";
import { setUpBuilders } from "../set-up/builders.ts";
import { basisOf } from "../times.ts";
import { need, type Stage, type State, type TargetResult } from "../stage.ts";
import { readCratesOnce, type CratesReader } from "./crates.ts";
import { groupOf } from "./host-units.ts";
import { prepare } from "./prepare.ts";
import { runStep } from "./run-step.ts";

export const build = {
  name: "build",
  tools: (state) => ({ items: need(state, "plan").targets.flatMap(({ needs }) => needs.build) }),
  run: async (state, context) => ({ builds: await buildTargets(state, context) }),
} as const satisfies Stage;

/** Builds the targets of a plan; the result has one entry per target, in the order of the plan. */
async function buildTargets(state: State, context: Context): Promise<TargetResult<Manifest>[]> {
  const plan = need(state, "plan");
  requireAddon(state.project);
  await setUpBuilders(plan, need(state, "facts").builders, state.project.settings.containerBase, context);
  await writeHostFiles(
    plan.targets.flatMap(({ steps }) => steps),
    context.cache,
    context.registry,
  );
  if (state.project.settings.loader !== undefined && !state.request.skipPrepare)
    await writeProjectLoader(state.project, { ...state.request, targets: [] }, context);
  await prepare(plan.prepare, plan.project, context);
  const readAddon = async () => {
    const { metadata, crate } = await readAddonCrate(state.project, context.signal);
    return { metadata, manifest: crate.manifest_path };
  };
  const crates = readCratesOnce(readAddon, featureFlags(state.project, { id: plan.profile }), context);
  const pool = {
    size: context.jobs,
    keepGoing: context.keepGoing,
    group: groupOf,
    tally: (of: number) => context.reporter.tally(of, "targets"),
  };
  const results = await inPool(plan.targets, pool, (target) => buildTarget(plan, target, crates, state, context));
  context.signal.throwIfAborted();
  return plan.targets.map(({ target: { triple } }, index) => {
    const result = results[index];
    return result?.status === "fulfilled" ? { target: triple, output: result.value } : { target: triple, error: result?.reason };
  });
}

function requireAddon({ hasAddon, name, folder }: Project): void {
  if (hasAddon) return;
  throw new BoardkitError(`${name} has no addon: it is a Python package`, {
    code: "NOT_NAPI",
    exit: "usage",
    place: folder,
    fix: "boardkit build --binding python makes its wheels, and runs each in a Python of the target",
  });
}

async function buildTarget(plan: Plan, planned: TargetPlan, crates: CratesReader, state: State, context: Context): Promise<Manifest> {
  const { target, place, dist, artifact: path } = planned;
  const { rustc } = need(state, "facts");
  const previous = await readManifest(dist);
  const tools = `${rustc}; ${planned.tools}`;
  const steps: Record<string, StepRecord> = {};
  for (const step of planned.steps) {
    const run = {
      key: tools,
      logs: join(dist, "logs"),
      of: basisOf(plan.project.name, plan.profile, planned.builder),
      note: () => noteOf(step, planned.tools),
    };
    steps[step.id] = await runStep(step, previous?.steps[step.id], target.triple, run, context);
  }
  const artifact = { file: basename(path), ...(await sizeAndHash(path)) };
  const isSame = previous?.artifact.sha256 === artifact.sha256;
  const isFresh = isSame && steps.build === previous.steps.build;
  const { name, version, commit, targets, others } = plan.project;
  const manifest: Manifest = {
    schema: 3,
    target,
    architecture: getArchitecture(context.registry, target.arch),
    cpu: getCpu(context.registry, target.cpu.lowest),
    place,
    project: { name, version, ...(commit ? { commit } : {}), targets, others },
    profile: plan.profile,
    builder: { name: planned.builder, linker: planned.linker, tools: planned.tools, rustc, std: planned.std },
    artifact,
    crates: isFresh ? previous.crates : await crates(target.triple),
    steps,
    // Without the results for another file.
    ...(isSame && previous.audit ? { audit: previous.audit } : {}),
    smoke: isSame ? previous.smoke : [],
  };
  await writeManifest(dist, manifest);
  return manifest;
}

async function noteOf(step: Step, tools: string): Promise<string | undefined> {
  const [output] = step.outputs;
  if (step.id !== "build" || !output) return undefined;
  return `${formatBytes((await stat(output)).size)}, ${tools.split("; ")[0]}`;
}
