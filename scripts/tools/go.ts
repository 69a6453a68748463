// Go, as a way to have a program that is published as its source.
import { join } from "node:path";
import { BoardkitError } from "../lib/errors.ts";
import type { Source } from "../model/toolchain.ts";
import { run, runOrFail, tailOf } from "./exec.ts";

type GoSource = Extract<Source, { kind: "go" }>;

/** Downloads a module, verifies its hash, and compiles a program of it into `folder/bin`. */
export async function buildGoProgram(source: GoSource, folder: string, signal: AbortSignal): Promise<void> {
  const module = `${source.module}@${source.version}`;
  const mend = "Go's module proxy must be reachable as `go env GOPROXY` has it";
  // Elsewhere a go.mod around would have a say.
  const command = { argv: ["go", "mod", "download", "-json", module], cwd: folder, signal };
  const { stdout, stderr } = await run(command);
  const { Sum: sum, Error: failure } = JSON.parse(stdout || "{}") as { Sum?: string; Error?: string };
  if (!sum) throw new BoardkitError(`${module} cannot be downloaded`, { code: "FETCH_FAILED", tail: failure ?? tailOf(stderr), mend });
  if (sum !== source.sum) {
    throw new BoardkitError(`${module} has the hash ${sum}, expected ${source.sum}`, {
      code: "INTEGRITY",
      mend: "the proxy served another source than the one that was pinned in targets/toolchains; do not use it",
    });
  }
  const argv = ["go", "install", "-trimpath", `${source.module}/${source.package}@${source.version}`];
  await runOrFail({ argv, cwd: folder, env: { GOBIN: join(folder, "bin") }, signal }, "FETCH_FAILED", mend);
}
