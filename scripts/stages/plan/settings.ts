// Checks the project's settings and the profile against targets/.
import { join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import type { Profile } from "../../model/targets/profile.ts";
import type { Project } from "../../model/project.ts";
import type { Registry } from "../../model/registry.ts";

/** Throws if settings name an unknown target or profile: they would have no effect. */
export function checkSettings(registry: Registry, project: Project): void {
  const { sizeBudgets, profiles } = project.settings;
  checkNames("boardkit.profiles", profiles, registry.profiles, "profile", project);
  checkNames("boardkit.sizeBudgets", sizeBudgets, registry.triples, "target", project);
  for (const [id, settings] of Object.entries(profiles)) {
    checkNames(`boardkit.profiles.${id}.sizeBudgets`, settings.sizeBudgets ?? {}, registry.triples, "target", project);
  }
}

export function checkProfile({ id, why }: Profile): void {
  if (why === undefined) return;
  throw new BoardkitError(`the profile ${id} builds no addon: ${why}`, {
    code: "PROFILE_UNFIT",
    exit: "usage",
    fix: "name another profile, for example small",
  });
}

function checkNames(field: string, given: object, known: ReadonlyMap<string, unknown>, what: string, project: Project): void {
  const unknown = Object.keys(given).filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  throw new BoardkitError(`${field} names ${unknown.join(", ")}, which ${unknown.length > 1 ? `are not ${what}s` : `is not a ${what}`}`, {
    code: "BAD_DATA",
    exit: "usage",
    place: join(project.folder, "package.json"),
    fix: `the ${what}s are:\n${[...known.keys()].join("\n")}`,
  });
}
