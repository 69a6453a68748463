// Times the load of the packed packages, as they lie when they are installed: fresh processes, `require` and `import` in turn.
import { mkdir, mkdtemp, rm, copyFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { readJsonFile } from "../../lib/json-file.ts";
import { packagesFolder } from "../../model/names.ts";
import type { PackageIndex } from "../../model/package-index.ts";
import { runOrFail } from "../../tools/exec.ts";

/** Goals in milliseconds, for x64. */
export const GOALS = { total: 15, loader: 3 };

const WAYS = ["require", "import"] as const;
const PARTS = ["package", "loader", "dlopen", "decision", "total"] as const;

export type Parts = Record<(typeof PARTS)[number], number>;
/** Milliseconds of one way to load it: of each part the least, the median and the 90th percentile. */
export type Figures = { way: string; least: Parts; median: Parts; high: Parts };

/** Times both ways `repeats` times, one after the other in each round. */
export async function benchLoad(project: string, repeats: number, signal: AbortSignal): Promise<Figures[]> {
  const folder = await mkdtemp(join(tmpdir(), "boardkit-load-"));
  try {
    await unpackPackages(packagesFolder(project), join(folder, "node_modules"), signal);
    const child = join(folder, "child.cjs");
    await copyFile(join(import.meta.dirname, "child.cjs"), child);
    const samples = new Map<string, Parts[]>(WAYS.map((way) => [way, []]));
    // The first round only warms the disk's cache.
    for (let round = 0; round <= repeats; round += 1) {
      for (const way of WAYS) {
        const { stdout } = await runOrFail({ argv: [process.execPath, child, way], cwd: folder, signal }, "BENCH_FAILED");
        if (round > 0) samples.get(way)?.push(JSON.parse(stdout) as Parts);
      }
    }
    return [...samples].map(([way, all]) => ({ way, least: quantile(all, 0), median: quantile(all, 0.5), high: quantile(all, 0.9) }));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function quantile(all: Parts[], share: number): Parts {
  const at = (part: keyof Parts) =>
    all.map((one) => one[part]).toSorted((one, other) => one - other)[Math.floor((all.length - 1) * share)] ?? 0;
  return Object.fromEntries(PARTS.map((part) => [part, at(part)])) as Parts;
}

/** Unpacks the root package and all of its platforms' packages. */
async function unpackPackages(packed: string, folder: string, signal: AbortSignal): Promise<void> {
  const index = (await readJsonFile(join(packed, "packages.json"))) as PackageIndex | undefined;
  if (!index)
    throw new BoardkitError("nothing is packed", { code: "NOT_PACKED", exit: "usage", place: packed, mend: "run: boardkit package" });
  for (const { name, file } of index.packages) {
    await mkdir(join(folder, name), { recursive: true });
    await runOrFail(
      { argv: ["tar", "-xzf", join(packed, file), "-C", join(folder, name), "--strip-components=1"], signal },
      "UNPACK_FAILED",
    );
  }
}
