// Go, as a way to make a program from a module: verified by the hash that go.sum has for it.
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import type { Source } from "../../model/targets/toolchain.ts";
import { runOrFail } from "../exec.ts";

type GoSource = Extract<Source, { kind: "go" }>;

/** Downloads a module and what it needs, and builds its program into `bin/` of `folder` with the given `go`. */
export async function buildGoProgram(go: string, source: GoSource, folder: string, signal: AbortSignal): Promise<void> {
  const work = join(folder, ".go");
  const env = {
    GOPATH: join(work, "path"),
    GOCACHE: join(work, "cache"),
    GOROOT: undefined,
    GOTOOLCHAIN: "local",
    GOWORK: "off",
    CGO_ENABLED: "0",
    // Go makes its folders read-only, and then they cannot be removed.
    GOFLAGS: "-modcacherw",
    // The pinned hash vouches for the module, and the go.sum in it for all else; a mirror of modules may have no database of hashes.
    GOSUMDB: "off",
  };
  const name = `${source.module}@${source.version}`;
  const { stdout } = await runOrFail(
    { argv: [go, "mod", "download", "-json", name], cwd: folder, env, signal },
    "FETCH_FAILED",
    "the Go module proxy must be reachable by go (GOPROXY and a proxy are honoured)",
  );
  const { Dir, Sum } = JSON.parse(stdout) as { Dir: string; Sum: string };
  if (Sum !== source.sum) {
    throw new BoardkitError(`${name} has the hash ${Sum}, expected ${source.sum}`, {
      code: "INTEGRITY",
      fix: "the module proxy served other bytes than those that were pinned in targets/toolchains; do not use them",
    });
  }
  const flags = ["-mod=readonly", "-trimpath", "-buildvcs=false", "-ldflags=-s -w"];
  await runOrFail(
    { argv: [go, "build", "-C", Dir, ...flags, "-o", `${join(folder, "bin")}/`, `./${source.package}`], env, signal },
    "FETCH_FAILED",
  );
  await rm(work, { recursive: true, force: true });
}
