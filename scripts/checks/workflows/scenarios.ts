// The runs of `npm run test:workflows`: which workflow of which repository, on which event, and what must be there afterwards.
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../lib/paths.ts";
import { readProject } from "../../model/project.ts";
import type { Context } from "../../stages/context.ts";
import { FOREIGN_PACKAGE, FOREIGN_VERSION, writeForeign } from "./foreign.ts";
import type { World } from "./world.ts";

export type Scenario = {
  name: string;
  summary: string;
  /** `owner/name` of the repository whose workflow runs. */
  repository: string;
  workflow: string;
  /** Only this job and those that it needs, because the others take too long; `why` says so. */
  job?: { id: string; why: string };
  /** The pushes, one after another; the artifacts of one are not there for the next, but its caches are. */
  pushes: Push[];
  /** Version of the tag; without it, that of Grid. */
  version?: string;
  /** The folder with the repository's commit; without it, this checkout. */
  create?: (world: World, targets: string[], context: Context) => Promise<string>;
};

type Push = {
  title: string;
  ref: (version: string) => string;
  /** Faults after a push whose jobs all succeeded. */
  check: (after: After) => Promise<string[]>;
};

/** What a run leaves. */
type After = { world: World; version: string; targets: string[] };

export const OWN_REPOSITORY = "boardkit/boardkit";
const FOREIGN_REPOSITORY = "somebody/sum";

/** Artifacts that each run of addon.yml leaves. */
async function checkArtifacts({ world, targets }: After): Promise<string[]> {
  return [...targets, "packages", "report"].flatMap((name) =>
    globSync(join(world.folder, "artifacts/*", name, "*.zip")).length > 0 ? [] : [`there is no artifact ${name}`],
  );
}

/** The registry has the packages, and the draft has the files of the release. */
function checkRelease(names: () => string[]): Push["check"] {
  return async (after) => {
    const { world, version } = after;
    const missing: string[] = [];
    for (const name of names()) {
      const response = await fetch(new URL(name.replace("/", "%2f"), world.registry));
      const found = response.ok ? ((await response.json()) as { versions: Record<string, unknown> }) : { versions: {} };
      if (found.versions[version] === undefined) missing.push(`the registry does not have ${name}@${version}`);
    }
    const sums = join(world.folder, "releases", `v${version}`, "SHA256SUMS");
    const files = existsSync(sums) ? readFileSync(sums, "utf8").trim().split("\n") : [];
    if (files.length === 0) missing.push("the draft of the release has no SHA256SUMS");
    for (const line of files) {
      const file = line.slice(66);
      if (!existsSync(join(world.folder, "releases", `v${version}`, file))) missing.push(`the draft of the release has no ${file}`);
    }
    return [...(await checkArtifacts(after)), ...missing];
  };
}

/** The index has an sdist and a wheel for each target, besides what `check` finds. */
function checkPython(check: Push["check"]): Push["check"] {
  return async (after) => {
    const { world, version, targets } = after;
    const files = await world.python.files();
    const [wheels, sdists] = [".whl", ".tar.gz"].map((end) => files.filter((file) => file.endsWith(end) && file.includes(`-${version}`)));
    return [
      ...(await check(after)),
      ...(wheels?.length === targets.length
        ? []
        : [`the Python index has ${wheels?.length} wheels of ${version} for ${targets.length} targets`]),
      ...(sdists?.length === 1 ? [] : [`the Python index has ${sdists?.length} sdists of ${version}`]),
    ];
  };
}

const push: Push = { title: "push", ref: () => "refs/heads/main", check: checkArtifacts };
const tag = (names: () => string[]): Push => ({ title: "tag", ref: (version) => `refs/tags/v${version}`, check: checkRelease(names) });

const release = tag(() => [readProject(packageRoot).packageName, "boardkit"]);

export const scenarios: Scenario[] = [
  {
    name: "foreign",
    summary: "a project of somebody else that calls addon.yml and publish.yml",
    repository: FOREIGN_REPOSITORY,
    workflow: "boardkit.yml",
    version: FOREIGN_VERSION,
    pushes: [push, { ...push, title: "push with caches" }, tag(() => [FOREIGN_PACKAGE])],
    create: writeForeign,
  },
  {
    name: "ci",
    summary: "a push to main of this repo",
    repository: OWN_REPOSITORY,
    workflow: "ci.yml",
    job: { id: "addon", why: "the other job is `npm test`" },
    pushes: [push],
  },
  {
    name: "release",
    summary: "a tag of this repo",
    repository: OWN_REPOSITORY,
    workflow: "release.yml",
    pushes: [{ ...release, check: checkPython(release.check) }],
  },
];
