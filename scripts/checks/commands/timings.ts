import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Command } from "commander";
import { createContext, print } from "../../commands/shared.ts";
import type { Edge } from "../../commands/command.ts";
import { writeJsonFile } from "../../lib/json-file.ts";
import { packageRoot } from "../../lib/paths.ts";
import { readProject } from "../../model/project.ts";
import { toTimings } from "../timings.ts";

/** `boardkit dev timings`: keeps the times of this machine for the first estimate on others. */
export function addTimings(program: Command, edge: Edge): void {
  program
    .command("timings")
    .description("write targets/timings/<n>-cores.json from the times in the cache folder: run it after `npm run ship` with an empty cache")
    .action(async () => {
      const { times, registry } = createContext({}, edge);
      const cores = availableParallelism();
      const id = `${cores}-cores`;
      const found = toTimings(times.all(), { id, cores, project: readProject(packageRoot).name }, registry);
      const path = join(packageRoot, "targets/timings", `${id}.json`);
      await writeJsonFile(path, found);
      print(`${path}: ${Object.keys(found.steps).length} steps, ${Object.keys(found.downloads).length} downloads`);
    });
}
