// What happens on a place to a package that has no wheel for it: pip compiles it there, or cannot install it at all.
import type { Tags } from "../../audit/wheel/tags.ts";
import type { Unwheeled } from "../../audit/wheel/audit-wheels.ts";
import { BoardkitError } from "../../lib/errors.ts";
import { listPipVersions, type Pip } from "./pip.ts";
import { normalise } from "./requirements.ts";

const FIX = "install a compiler and the headers that it needs on the board, or build the wheel elsewhere; or ask for wheels of its authors";

/** Explains why pip found no wheel for a requirement such as `numpy==2.2.6`. */
export async function explainMissing(requirement: string, tags: Tags, pip: Pip): Promise<Unwheeled> {
  const [, given = requirement, versions = ""] = /^([A-Za-z0-9._-]+)(?:\[.*?\])?(.*)$/.exec(requirement) ?? [];
  const name = normalise(given);
  const pinned = /^===?([^,*]+)$/.exec(versions)?.[1];
  const ofPlace = await listPipVersions(given, tags, pip);
  const source = pinned === undefined ? ofPlace[0] : ofPlace.find((one) => one === pinned);
  const system = `${tags.platforms[0]} and Python ${tags.python}`;
  if (source !== undefined) {
    const text = `is compiled at installation: no wheel of it is for ${system}, and pip takes the source of ${source}`;
    return { name, version: source, problem: { severity: "warning", text, advice: FIX } };
  }
  const here = await listPipVersions(given, undefined, pip);
  if (here.length === 0 && ofPlace.length === 0) {
    throw new BoardkitError(`no index of pip has ${given}`, {
      code: "PACKAGE_UNKNOWN",
      exit: "usage",
      fix: "check the name, and PIP_INDEX_URL for a private index",
    });
  }
  if (pinned !== undefined && !here.includes(pinned)) {
    throw new BoardkitError(`no index of pip has ${given} ${pinned} for Python ${tags.python}`, {
      code: "VERSION_UNKNOWN",
      exit: "usage",
      fix: `its newest version is ${here[0] ?? ofPlace[0]}`,
    });
  }
  const text = `cannot be installed: no wheel of ${requirement} is for ${system}, and there is no source of it`;
  return { name, version: pinned ?? "", problem: { severity: "error", text } };
}

/** Whether pip would compile a newer version than the one that has a wheel: it prefers the newest, also from source. */
export async function explainOlder(name: string, wheeled: string, tags: Tags, pip: Pip): Promise<Unwheeled | undefined> {
  const [newest] = await listPipVersions(name, tags, pip);
  if (newest === undefined || newest === wheeled) return undefined;
  const text = `is compiled at installation: pip takes the source of ${newest}, and ${wheeled} is the newest with a wheel`;
  const advice = `\`pip install --only-binary=:all: ${name}\`, or ${name}==${wheeled}`;
  return { name, version: wheeled, problem: { severity: "warning", text, advice } };
}
