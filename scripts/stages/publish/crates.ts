// The crates of a project -> crates.io, or the registry of cargo's settings: those that others depend on first, and nothing twice.
import { join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { reportDone } from "../../lib/reporter.ts";
import { distFolder } from "../../model/names.ts";
import type { Project } from "../../model/project.ts";
import type { CrateRegistry, Publication } from "../../model/report/publication.ts";
import { packCrates, publishCrates, publishedCrate, tryCrates } from "../../tools/rust/publish-crates.ts";
import type { Context } from "../context.ts";

/**
 * Packs the crates in the project's settings, compares them with those of the registry, compiles those that it lacks from their archives,
 * and returns their publication. It is an error if the registry has one of them with other content.
 */
export async function checkCrates({ folder, settings }: Project, registry: CrateRegistry, context: Context): Promise<Publication> {
  const { reporter, signal } = context;
  if (settings.crates.length === 0) {
    throw new BoardkitError("the project names no crates", {
      code: "NOT_PACKED",
      exit: "usage",
      place: join(folder, "package.json"),
      fix: 'name them in the settings: "crates": ["<name>"]',
    });
  }
  const targetDir = join(distFolder(folder), "crates");
  const missing: string[] = [];
  for (const crate of await packCrates(folder, settings.crates, targetDir, signal)) {
    const subject = `crate ${crate.name} ${crate.version}`;
    const published = await publishedCrate(crate, folder, registry, signal);
    if (published === undefined) missing.push(crate.name);
    else if (published === "same") reporter.skipped("publish", subject, "already published");
    else {
      throw new BoardkitError(`${registry.name} has ${crate.name} ${crate.version} with other content`, {
        code: "VERSION_TAKEN",
        place: crate.path,
        fix: "a version is published once: raise the version in Cargo.toml, or check out the commit that it was published from",
      });
    }
  }
  if (missing.length === 0) return async () => {};
  const subject = `${missing.length} crates: ${missing.join(", ")}`;
  await reportDone(reporter, "check", subject, () => tryCrates(folder, missing, targetDir, registry, signal));
  return async () => {
    await reportDone(reporter, "publish", subject, () => publishCrates(folder, missing, targetDir, registry, signal));
  };
}
