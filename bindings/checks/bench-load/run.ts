// Time and memory of loading the packed packages as they are installed, in fresh processes.
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BoardkitError } from "../../../scripts/lib/errors.ts";
import { readJsonFile } from "../../../scripts/lib/json-file.ts";
import { packagesFolder } from "../../../scripts/model/names.ts";
import type { PackageIndex } from "../../../scripts/model/report/package-index.ts";
import { runOrFail } from "../../../scripts/tools/exec.ts";
import { type Memory, measureMemory } from "./memory.ts";
import { type Figures, timeLoad } from "./time.ts";

/** Measures both, in `repeats` processes for each way and each case. */
export async function benchLoad(project: string, repeats: number, signal: AbortSignal): Promise<{ times: Figures[]; memory: Memory }> {
  const folder = await mkdtemp(join(tmpdir(), "boardkit-load-"));
  try {
    await unpackPackages(packagesFolder(project), join(folder, "node_modules"), signal);
    const times = await timeLoad(folder, repeats, signal);
    return { times, memory: await measureMemory(folder, repeats, signal) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Unpacks the root package and all platform packages. */
async function unpackPackages(packed: string, folder: string, signal: AbortSignal): Promise<void> {
  const index = (await readJsonFile(join(packed, "packages.json"))) as PackageIndex | undefined;
  if (!index)
    throw new BoardkitError("nothing is packed", { code: "NOT_PACKED", exit: "usage", place: packed, fix: "run: boardkit package" });
  for (const { name, file } of index.packages) {
    await mkdir(join(folder, name), { recursive: true });
    await runOrFail(
      { argv: ["tar", "-xzf", join(packed, file), "-C", join(folder, name), "--strip-components=1"], signal },
      "UNPACK_FAILED",
    );
  }
}
