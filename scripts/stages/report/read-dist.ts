// dist/ -> the data of a report: of the targets that the project ships, and of further ones that are built.
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { DistReport, Problem, TargetReport } from "../../model/report/dist-report.ts";
import { readTarget } from "./read-target.ts";

/** The project of a report, and the triples that it ships. */
type Shipped = { name: string; version: string; targets: string[] };

/** Reads a dist/ folder; a missing or broken file becomes a problem in the report. */
export async function readDist(dist: string, { name, version, targets }: Shipped, now: Date): Promise<DistReport> {
  const built = (await listFolders(dist)).filter((folder) =>
    ["manifest.json", "wheel.json"].some((file) => existsSync(join(dist, folder, file))),
  );
  const triples = [...new Set([...targets, ...built])].toSorted();
  const read = await Promise.all(triples.map((triple) => readTarget(triple, join(dist, triple))));
  const isWheelOnly = ({ target, wheel }: (typeof read)[number]) => wheel && !target.build && !targets.includes(target.triple);
  return {
    schema: 1,
    kind: "boardkit-report",
    created: now.toISOString(),
    project: { name, version },
    targets: read.filter((one) => !isWheelOnly(one)).map(({ target }) => target),
    boards: read.flatMap(({ boards }) => boards),
    wheels: read.flatMap(({ wheel }) => wheel ?? []),
    problems: [
      ...(existsSync(dist) ? [] : [{ text: "nothing is built: there is no dist/", fix: "run: boardkit ship" }]),
      ...differentSources(read.map(({ target }) => target)),
    ],
  };
}

/** Targets of one release are built from one commit. */
function differentSources(targets: TargetReport[]): Problem[] {
  const commits = [...new Set(targets.flatMap(({ build }) => build?.commit ?? []))];
  if (commits.length < 2) return [];
  return [
    {
      text: `the targets are built from ${commits.length} commits: ${commits.map((commit) => commit.slice(0, 7)).join(", ")}`,
      fix: "run: boardkit ship",
    },
  ];
}

async function listFolders(dist: string): Promise<string[]> {
  if (!existsSync(dist)) return [];
  const entries = await readdir(dist, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith(".")).map(({ name }) => name);
}
