// Builds wheels and sdists again from the checked-out source, and compares them.
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { readSdistName, readWheelName } from "../../audit/wheel/tags.ts";
import { readArchive } from "../../lib/archive/archive.ts";
import { BoardkitError } from "../../lib/errors.ts";
import { hashBytes } from "../../lib/hash.ts";
import { distFolder } from "../../model/names.ts";
import { wheelTag } from "../../model/place.ts";
import type { Project } from "../../model/project.ts";
import type { Registry } from "../../model/registry.ts";
import type { PythonPackage } from "../../model/report/package-index.ts";
import type { Verified } from "../../model/report/verify-report.ts";
import type { WheelManifest } from "../../model/report/wheel-manifest.ts";
import type { Triple } from "../../model/targets/triple.ts";
import type { Context } from "../context.ts";
import { plan } from "../plan/plan.ts";
import { collectWheels } from "../pypi/collect.ts";
import { writeSdist } from "../pypi/pypi.ts";
import { runInOrder } from "../run.ts";
import { ensureTools } from "../set-up/ensure.ts";
import { setUp } from "../set-up/set-up.ts";
import { need, type Request, type TargetResult } from "../stage.ts";
import { wheel } from "../wheel/wheel.ts";
import { archiveDifference, compareFiles, type Files } from "./compare.ts";

type InputFile = { path: string; bytes: Uint8Array; files: Files; name: string; version: string; target?: Triple };

/** How the files of a source are built again. */
export type RebuildPython = {
  /** Makes the sdist in a folder. */
  sdist: (project: Project, folder: string, request: Request, context: Context) => Promise<PythonPackage>;
  /** Builds the wheels of a request. */
  wheels: (request: Request, context: Context) => Promise<TargetResult<WheelManifest>[]>;
};

const rebuildPython: RebuildPython = {
  sdist: async (project, folder, request, context) => {
    await ensureTools({ programs: ["cargo"], items: ["maturin"] }, { request }, context);
    return writeSdist(project, folder, context);
  },
  wheels: async (request, context) => need(await runInOrder([setUp, plan, wheel], request, context), "wheels"),
};

/** Whether a path is that of a wheel or an sdist. */
export const isPython = (path: string) => /\.(whl|tar\.gz)$/.test(path);

/** Compares wheels and sdists with new builds of their source in a folder, or with those in dist/. */
export async function verifyPython(
  project: Project,
  paths: string[],
  folder: string,
  request: Request,
  context: Context,
  rebuild: RebuildPython = rebuildPython,
): Promise<Verified[]> {
  const built = request.verify?.built ?? false;
  const sdist = await rebuild.sdist(project, folder, request, context);
  const inputs = await Promise.all(paths.map((path) => readInput(path, context.registry)));
  for (const input of inputs) identify(input, sdist);
  const targets = [...new Set(inputs.flatMap(({ target }) => target ?? []))];
  const dist = built ? distFolder(project.folder) : join(folder, "dist");
  if (!built && targets.length > 0) {
    const places = { dist, targetDir: join(folder, "target"), addonOnly: true };
    const results = await rebuild.wheels(
      { ...request, ...places, targets: targets.map(({ triple }) => triple) },
      { ...context, force: true },
    );
    const failed = results.find(({ error }) => error !== undefined);
    if (failed) throw failed.error;
  }
  const { wheels, missing } = await collectWheels(project, dist, targets);
  if (missing.length > 0) {
    throw new BoardkitError(`no wheel is built for ${missing.map(({ triple }) => triple).join(", ")}`, {
      code: "NOT_BUILT",
      exit: "usage",
      place: dist,
      fix: "leave out --built, or run: boardkit build --binding python",
    });
  }
  const rebuiltOf = ({ target }: InputFile) => (target ? wheels.find((one) => one.target === target)!.path : join(folder, sdist.file));
  return Promise.all(inputs.map((input) => compare(input, rebuiltOf(input))));
}

async function readInput(path: string, registry: Registry): Promise<InputFile> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    const reasons: Record<string, string> = { ENOENT: "there is no such file", EISDIR: "it is a folder" };
    const reason = reasons[error.code ?? ""];
    throw reason === undefined ? error : noFile(path, reason, error);
  });
  const files = await filesOf(path, bytes);
  if (!path.endsWith(".whl")) {
    const { name, version } = readSdistName(basename(path));
    return { path, bytes, files, name: name.toLowerCase(), version };
  }
  const { name, version, platforms } = readWheelName(basename(path));
  const target = [...registry.triples.values()].find((one) => platforms.includes(wheelTag(registry, one)));
  if (target) return { path, bytes, files, name, version, target };
  throw new BoardkitError(`Boardkit builds no wheel for ${platforms.join(", ")}`, {
    code: "OTHER_PLATFORM",
    exit: "usage",
    place: path,
    fix: "the name of a wheel says for what it is built: verify wheels that boardkit package has packed",
  });
}

async function filesOf(path: string, bytes: Uint8Array): Promise<Files> {
  return new Map((await readArchive(bytes, basename(path), () => true)).map((file) => [file.name, file.bytes]));
}

/** Throws if a file belongs to another project or version than the source, whose sdist has its name and version. */
function identify({ path, name, version }: InputFile, sdist: PythonPackage): void {
  if (name !== sdist.name.toLowerCase()) {
    throw new BoardkitError(`${name} is not the Python package of this project, ${sdist.name}`, {
      code: "OTHER_PROJECT",
      exit: "usage",
      place: path,
      fix: "name the folder of its project with --cwd",
    });
  }
  if (version === sdist.version) return;
  throw new BoardkitError(`the package is ${name} ${version}, but this is the source of ${sdist.version}`, {
    code: "OTHER_VERSION",
    exit: "usage",
    place: path,
    fix: "check out the commit that it was packed from",
  });
}

async function compare({ path, bytes, files, name, version }: InputFile, rebuiltPath: string): Promise<Verified> {
  const rebuilt = await readFile(rebuiltPath);
  const rebuiltFiles = await filesOf(rebuiltPath, rebuilt);
  const isSame = Buffer.compare(bytes, rebuilt) === 0;
  const differences = compareFiles(files, rebuiltFiles);
  const hash = hashBytes(rebuilt);
  if (!isSame && differences.length === 0) differences.push(archiveDifference({ bytes: rebuilt.length, sha256: hash }, bytes));
  const [given, here] = [generatorOf(files), generatorOf(rebuiltFiles)];
  return {
    name,
    version,
    path,
    same: isSame,
    given: hashBytes(bytes),
    rebuilt: hash,
    differences,
    tools: given !== undefined && here !== undefined && given !== here ? [{ what: "generator", given, here }] : [],
  };
}

/** What made a wheel, from its file WHEEL: `maturin (1.16.0)`. */
function generatorOf(files: Files): string | undefined {
  const [, text] = [...files].find(([name]) => name.endsWith(".dist-info/WHEEL")) ?? [];
  return text && /^Generator: (.*)$/m.exec(Buffer.from(text).toString())?.[1];
}

function noFile(path: string, reason: string, cause?: unknown): BoardkitError {
  return new BoardkitError(`not a wheel or an sdist: ${reason}`, {
    code: "NO_PACKAGE",
    exit: "usage",
    place: path,
    fix: "name a wheel (.whl) or an sdist (.tar.gz)",
    cause,
  });
}
