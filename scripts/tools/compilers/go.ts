// Builds programs from Go modules, verified by their hash as in go.sum.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import type { Source } from "../../model/targets/toolchain.ts";
import { runOrFail } from "../exec.ts";

type GoSource = Extract<Source, { kind: "go" }>;

/** Downloads a module with its dependencies, and builds its program into `bin/` of `folder` with the given `go`. */
export async function buildGoProgram(go: string, source: GoSource, folder: string, signal: AbortSignal): Promise<void> {
  const work = join(folder, ".go");
  const env = {
    GOPATH: join(work, "path"),
    GOCACHE: join(work, "cache"),
    GOROOT: undefined,
    GOTOOLCHAIN: "local",
    GOWORK: "off",
    CGO_ENABLED: "0",
    // By default Go's folders are read-only and cannot be removed.
    GOFLAGS: "-modcacherw",
    // The pinned hash verifies the module, and its go.sum verifies the dependencies; a mirror may have no checksum database.
    GOSUMDB: "off",
  };
  const name = `${source.module}@${source.version}`;
  const { stdout } = await runOrFail(
    { argv: [go, "mod", "download", "-json", name], cwd: folder, env, signal },
    "FETCH_FAILED",
    "go must reach a module proxy; set GOPROXY or HTTPS_PROXY if needed",
  );
  const { Dir, Sum } = JSON.parse(stdout) as { Dir: string; Sum: string };
  if (Sum !== source.sum) {
    throw new BoardkitError(`${name} has the hash ${Sum}, expected ${source.sum}`, {
      code: "INTEGRITY",
      fix: "the module proxy served different bytes from those pinned in targets/toolchains; do not use them",
    });
  }
  const flags = ["-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags=-s -w"];
  await runOrFail(
    { argv: [go, "build", "-C", Dir, ...flags, "-o", `${join(folder, "bin")}/`, `./${source.package}`], env, signal },
    "FETCH_FAILED",
  );
  await rm(work, { recursive: true, force: true });
}
