// Judges Python packages: downloads the wheels that pip would install on each system, and audits them.
import { mkdir, readdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { mergeReports } from "../../audit/app/merge.ts";
import type { AppReport } from "../../audit/app/report.ts";
import type { Place } from "../../audit/place.ts";
import { auditWheels, type UnpackedWheel, type Unwheeled } from "../../audit/wheel/audit-wheels.ts";
import { accepts, readWheelName, tagsOf, type Tags } from "../../audit/wheel/tags.ts";
import { BoardkitError } from "../../lib/errors.ts";
import { inTemporaryFolder } from "../../lib/paths.ts";
import { reportDone } from "../../lib/reporter.ts";
import { run } from "../../tools/exec.ts";
import { ensurePip } from "../../tools/packages/pip.ts";
import { showAudit } from "../fetch-app/audit-options.ts";
import type { FetchOptions } from "../fetch-app/fetch-app.ts";
import { explainMissing, explainOlder } from "./missing.ts";
import { downloadWheels, type Pip } from "./pip.ts";
import { normalise, readAsked, type Asked, type Requirement } from "./requirements.ts";
import { unpackWheel } from "./unpack.ts";

/** Judges names, files of requirements, and wheels, which may be relative to `cwd`, with the Python of each system or another one. */
export async function auditPython(args: string[], cwd: string, python: string | undefined, options: FetchOptions): Promise<AppReport> {
  const { places, context, env } = options;
  const { cache, registry, reporter, signal } = context;
  const asked = await readAsked(args, cwd);
  const pip: Pip | undefined =
    asked.requirements.length === 0 ? undefined : { python: await ensurePip(cache, signal), env, indexes: asked.indexes, signal };
  const pythonOf = (place: Place) => (place.system ? registry.systems.get(place.system.id)?.python : undefined);
  const systems = places.map((place) => ({
    place,
    tags: tagsOf(place, python ?? pythonOf(place)?.version ?? noPython(place)),
    index: pip && pythonOf(place)?.index,
  }));
  const groups = Map.groupBy(systems, ({ tags, index = "" }) => [tags.abi, ...tags.platforms, index].join(" "));
  const unreachable = new Set<string>();
  for (const index of new Set(systems.flatMap((one) => one.index ?? []))) {
    if (!pip || (await isReachable(index, pip))) continue;
    unreachable.add(index);
    reporter.note(`${index} is not reachable: its wheels are missing below`);
  }
  return inTemporaryFolder("boardkit-wheels", async (folder) => {
    const reports: AppReport[] = [];
    for (const group of groups.values()) {
      const { tags, index } = group[0]!;
      const own = group.map(({ place }) => place);
      const more = index === undefined || unreachable.has(index) ? [] : [`--extra-index-url=${index}`];
      const withIndex = pip && { ...pip, indexes: [...pip.indexes, ...more] };
      const root = join(folder, String(reports.length));
      const subject = `wheels for ${tags.platforms[0]}, Python ${tags.python}`;
      const { wheels, unwheeled } = await reportDone(reporter, "fetch", subject, () => collect(asked, tags, root, withIndex));
      const audited = (onFile: (done: number, of: number) => void) =>
        auditWheels(root, wheels, unwheeled, own, { ...options.audit, onFile });
      reports.push(await showAudit(reporter, subject, audited));
      await rm(root, { recursive: true, force: true });
    }
    const names = places.map(({ name }) => name);
    return mergeReports(args.join(" "), reports, names, "pip");
  });
}

/** The wheels for a system, unpacked below `root`, and the packages without one. */
async function collect(
  asked: Asked,
  tags: Tags,
  root: string,
  pip: Pip | undefined,
): Promise<{ wheels: UnpackedWheel[]; unwheeled: Unwheeled[] }> {
  const downloads = `${root}-downloads`;
  await mkdir(root, { recursive: true });
  await mkdir(downloads, { recursive: true });
  const unwheeled: Unwheeled[] = [];
  if (pip) unwheeled.push(...(await download(asked.requirements, downloads, tags, pip)));
  const paths = (await readdir(downloads)).filter((file) => file.endsWith(".whl")).map((file) => join(downloads, file));
  for (const path of asked.wheels) {
    if (accepts(tags, basename(path))) paths.push(path);
    else unwheeled.push(refused(basename(path), tags));
  }
  const wheels: UnpackedWheel[] = [];
  for (const path of paths.toSorted()) wheels.push(await unpackWheel(path, root));
  if (pip) unwheeled.push(...(await findOlder(asked.requirements, paths, unwheeled, tags, pip)));
  await rm(downloads, { recursive: true, force: true });
  return { wheels, unwheeled };
}

/** Downloads all together; if one has no wheel, each alone, so that the others are judged. */
async function download(requirements: Requirement[], folder: string, tags: Tags, pip: Pip): Promise<Unwheeled[]> {
  const texts = requirements.map(({ text }) => text);
  if ((await downloadWheels(texts, folder, tags, true, pip)).length === 0) return [];
  const found = new Map<string, Unwheeled>();
  for (const requirement of requirements) for (const one of await downloadOne(requirement, folder, tags, pip)) found.set(one.name, one);
  return [...found.values()];
}

async function downloadOne({ text, name }: Requirement, folder: string, tags: Tags, pip: Pip): Promise<Unwheeled[]> {
  const suspects = await downloadWheels([text], folder, tags, true, pip);
  if (suspects.length === 0) return [];
  // Without its dependencies the package itself may have a wheel.
  const own = await downloadWheels([text], folder, tags, false, pip);
  const missing = [...own];
  for (const suspect of suspects)
    if (normalise(suspect.replace(/[^\w.-].*/, "")) !== name && (await downloadWheels([suspect], folder, tags, false, pip)).length > 0)
      missing.push(suspect);
  if (missing.length === 0) {
    throw new BoardkitError(`pip finds no versions that ${text} and its dependencies allow together, although each has a wheel`, {
      code: "INSTALL_FAILED",
      fix: `pip download ${JSON.stringify(text)} prints the conflict; ask for the version that you install`,
    });
  }
  const reasons: Unwheeled[] = [];
  for (const one of missing) reasons.push(await explainMissing(one, tags, pip));
  return reasons;
}

async function findOlder(requirements: Requirement[], paths: string[], unwheeled: Unwheeled[], tags: Tags, pip: Pip): Promise<Unwheeled[]> {
  const versions = new Map(paths.map((path) => readWheelName(basename(path))).map(({ name, version }) => [normalise(name), version]));
  const known = new Set(unwheeled.map(({ name }) => name));
  const found: Unwheeled[] = [];
  for (const { name, versions: range } of requirements) {
    const wheeled = versions.get(name);
    // A range may exclude the newest version.
    if (range !== "" || wheeled === undefined || known.has(name)) continue;
    const older = await explainOlder(name, wheeled, tags, pip);
    if (older) found.push(older);
  }
  return found;
}

function refused(file: string, tags: Tags): Unwheeled {
  const { name, version, platforms } = readWheelName(file);
  const text = `cannot be installed: pip refuses ${file} there, since it is for ${platforms.join(", ")}, and not for ${tags.platforms[0]} and Python ${tags.python}`;
  return { name, version, problem: { severity: "error", text } };
}

function noPython(place: Place): never {
  throw new BoardkitError(`the Python of ${place.name} is not known`, {
    code: "NO_PYTHON",
    exit: "usage",
    fix: "name it with --python-version, for example --python-version 3.11",
  });
}

/** Whether an index answers; Python reads the proxy from the environment, as pip does. */
async function isReachable(url: string, { python, env, signal }: Pip): Promise<boolean> {
  const script = "import sys, urllib.request; urllib.request.urlopen(sys.argv[1], timeout=10).read(1)";
  return (await run({ argv: [python, "-c", script, `${url}/pip/`], env, signal })).exitCode === 0;
}
