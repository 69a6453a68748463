// The targets and the settings of a request, before anything is planned.
import type { Project } from "../../model/project.ts";
import { selectProfile, selectTriples, targetsIn, targetsOfProject } from "../../model/registry.ts";
import type { Triple } from "../../model/targets/triple.ts";
import type { Context } from "../context.ts";
import type { Request } from "../stage.ts";
import type { Choice } from "./inputs.ts";

/** The targets of a request: those that it names, else those that the project names, else all. */
export function chooseTargets(project: Project, request: Request, context: Context): Triple[] {
  const names = request.targets.length > 0 ? request.targets : targetsOfProject(context.registry, project);
  const isOwnChoice = request.targets.length > 0 || project.settings.targets.length > 0;
  for (const triple of isOwnChoice ? [] : othersOf(project, context)) {
    context.reporter.skipped("plan", triple, "Boardkit has no such target; it builds for Linux boards");
  }
  return targetsIn(selectProfile(context.registry, request.profile), selectTriples(context.registry, names));
}

/** The triples of napi.targets that are not targets of Boardkit. */
export function othersOf({ napiTargets }: Pick<Project, "napiTargets">, { registry }: Context): string[] {
  return napiTargets.filter((name) => !registry.triples.has(name));
}

/** The choices of a request that the plan depends on. */
export function choiceOf(
  { builder, profile, dist, targetDir, addonOnly, rustTests, runtimes, skipPrepare }: Request,
  { registry }: Context,
): Choice {
  return {
    builder,
    profile: selectProfile(registry, profile),
    ...(dist ? { dist } : {}),
    ...(targetDir ? { targetDir } : {}),
    ...(addonOnly ? { addonOnly } : {}),
    ...(rustTests ? { rustTests } : {}),
    ...(runtimes ? { runtimes } : {}),
    ...(skipPrepare ? { skipPrepare } : {}),
  };
}
