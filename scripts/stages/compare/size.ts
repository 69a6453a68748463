// The size of each feature of the addon's crate: builds with one feature more or less, in a separate folder.
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import type { Project } from "../../model/project.ts";
import { selectProfile } from "../../model/registry.ts";
import { readAddonCrate } from "../../tools/rust/addon-crate.ts";
import type { Context } from "../context.ts";
import { executeStep, keyOf } from "../build/execute.ts";
import { chooseTargets } from "../plan/choose.ts";
import { makePlan } from "../plan/plan.ts";
import { runInOrder } from "../run.ts";
import { setUpBuilders } from "../set-up/builders.ts";
import { fetchItems } from "../set-up/fetch.ts";
import { setUp } from "../set-up/set-up.ts";
import { need, type Request } from "../stage.ts";

/** A build: its features, and the change from the first one. */
export type SizeRow = { target: string; change: string; features: string[]; bytes: number };

/** Builds each target with the {@link variants} of the features of its profile. A feature includes those that it depends on. */
export async function measureSizes(request: Request, context: Context): Promise<SizeRow[]> {
  const state = await runInOrder([setUp], request, context);
  const { project } = state;
  const facts = need(state, "facts");
  const profile = selectProfile(context.registry, request.profile);
  const targets = chooseTargets(project, request, context);
  const { crate } = await readAddonCrate(project, context.signal);
  const known = crate.features.default ?? [];
  const chosen = project.settings.profiles[profile.id]?.features ?? known;
  const rows: SizeRow[] = [];
  for (const { change, features } of variants(chosen, known, crate.features)) {
    const folder = join(facts.targetDir, "boardkit", "size", `${profile.id}-${features.join("+") || "none"}`);
    const plan = makePlan(context.registry, targets, withFeatures(project, folder, profile.id, features), facts, {
      builder: request.builder,
      profile,
    });
    await fetchItems(
      plan.targets.flatMap(({ needs }) => needs.build),
      context,
    );
    await setUpBuilders(plan, facts.builders, project.settings.containerBase, context);
    for (const { target, steps, artifact, dist, tools } of plan.targets) {
      const build = steps.find((step) => step.id === "build");
      if (!build) throw new TypeError(`the plan of ${target.triple} builds nothing`);
      const key = await keyOf(build, tools);
      const log = join(dist, "logs", "build.log");
      const { force, signal, reporter } = context;
      const begin = () => reporter.begin("build", target.triple);
      const { record } = await executeStep(build, undefined, { key, log, force, signal, begin });
      reporter.done("build", target.triple, record.seconds, change);
      rows.push({ target: target.triple, change, features, bytes: (await stat(artifact)).size });
    }
  }
  return rows;
}

/** The features that each feature needs, as in Cargo.toml; those of other crates do not count. */
type Needs = Record<string, string[]>;

/**
 * The chosen features; then without each of them and those that need it, and without all. If there are none, with each known one.
 */
export function variants(chosen: string[], known: string[], needs: Needs): Pick<SizeRow, "change" | "features">[] {
  if (known.length === 0) {
    throw new BoardkitError("the addon's crate has no default features, so there is nothing to leave out", {
      code: "NO_FEATURES",
      exit: "usage",
      fix: "add features that a profile may leave out to [features] of its Cargo.toml, and list them under default",
    });
  }
  if (chosen.length === 0)
    return [{ change: "no features", features: [] }, ...known.map((name) => ({ change: `with ${name}`, features: [name] }))];
  const without = chosen.map((name) => {
    const gone = withDependents(name, chosen, needs);
    return { change: `without ${gone.join(" ")}`, features: chosen.filter((feature) => !gone.includes(feature)) };
  });
  return [{ change: chosen.join(" "), features: chosen }, ...without, { change: "no features", features: [] }];
}

/** A feature, and the chosen ones that need it, directly or not. */
function withDependents(name: string, chosen: string[], needs: Needs): string[] {
  const gone = [name];
  for (let before = 0; before < gone.length;) {
    before = gone.length;
    gone.push(...chosen.filter((one) => !gone.includes(one) && needs[one]?.some((needed) => gone.includes(needed))));
  }
  return gone;
}

/** The project with other features, and without settings that only a complete build needs. */
function withFeatures(project: Project, folder: string, profile: string, features: string[]): Project {
  const env = project.settings.profiles[profile]?.env ?? {};
  return { ...project, folder, settings: { ...project.settings, profiles: { [profile]: { features, env } }, sizeBudgets: {} } };
}
