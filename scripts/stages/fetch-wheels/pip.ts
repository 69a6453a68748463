// pip: downloads the wheels that it would install on another system, and lists the versions of a package. Nothing is built.
import { BoardkitError } from "../../lib/errors.ts";
import type { Tags } from "../../audit/wheel/tags.ts";
import { run } from "../../tools/exec.ts";
import { hideSecrets } from "../fetch-app/npmrc.ts";

export type Pip = {
  /** A Python that has pip. */
  python: string;
  env: NodeJS.ProcessEnv;
  /** Options of pip that name its indexes. */
  indexes: string[];
  signal: AbortSignal;
};

/** Without a retry pip does not say that the index did not answer, and by default it retries for half a minute. */
const GENERAL = ["--disable-pip-version-check", "--no-input", "--retries=2"];
const NO_NETWORK =
  /NewConnectionError|Max retries exceeded|ProxyError|ReadTimeoutError|SSLError|Connection (refused|broken|aborted|reset)|Name or service not known/;

/**
 * Downloads the wheels of requirements into a folder. Returns the requirements that may have no wheel for these tags; empty if all were
 * downloaded.
 */
export async function downloadWheels(
  requirements: string[],
  folder: string,
  tags: Tags,
  withDependencies: boolean,
  { python, env, indexes, signal }: Pip,
): Promise<string[]> {
  const options = ["--only-binary=:all:", `--dest=${folder}`, ...(withDependencies ? [] : ["--no-deps"]), ...indexes];
  const argv = [
    python,
    "-m",
    "pip",
    "download",
    ...GENERAL,
    "--progress-bar=off",
    ...systemOptions(tags),
    ...options,
    "--",
    ...requirements,
  ];
  const outcome = await run({ argv, env, signal });
  if (outcome.exitCode === 0) return [];
  if (NO_NETWORK.test(outcome.stderr)) throw noNetwork(outcome.stderr);
  const missing = /No matching distribution found for (\S+)/.exec(outcome.stderr)?.[1];
  if (missing !== undefined) return [missing];
  // pip has tried every version of a package, since no version of a dependency has a wheel; or the requirements exclude each other.
  const conflicts = [...`${outcome.stdout}\n${outcome.stderr}`.matchAll(/^ {4}\S.* depends on ([A-Za-z0-9][^;\s]*)/gm)].map(
    ([, one]) => one!,
  );
  if (conflicts.length > 0) return [...new Map(conflicts.toReversed().map((one) => [/^[\w.-]+/.exec(one)?.[0], one])).values()];
  const reason = outcome.stderr.split("\n").findLast((line) => line.startsWith("ERROR:")) ?? outcome.stderr.trim();
  throw new BoardkitError(`pip cannot fetch ${requirements.join(" ")}: ${hideSecrets(reason.replace(/^ERROR: /, ""), "")}`, {
    code: "INSTALL_FAILED",
    fix: "name packages as pip does: name, name==version or name>=version",
  });
}

/**
 * The versions of a package that pip could install with these tags, from a wheel or from source, newest first; without tags those for this
 * machine. The command of pip knows no --only-binary.
 */
export async function listPipVersions(name: string, tags: Tags | undefined, { python, env, indexes, signal }: Pip): Promise<string[]> {
  const system = tags === undefined ? [] : systemOptions(tags);
  const argv = [python, "-m", "pip", "index", "versions", ...GENERAL, ...system, ...indexes, "--", name];
  const outcome = await run({ argv, env, signal });
  if (outcome.exitCode !== 0 && NO_NETWORK.test(outcome.stderr)) throw noNetwork(outcome.stderr);
  const [, list] = /^Available versions: (.*)$/m.exec(outcome.stdout) ?? [];
  return list === undefined ? [] : list.split(",").map((one) => one.trim());
}

function systemOptions({ python, abi, platforms }: Tags): string[] {
  return [`--python-version=${python}`, "--implementation=cp", `--abi=${abi}`, ...platforms.map((one) => `--platform=${one}`)];
}

function noNetwork(stderr: string): BoardkitError {
  const reason = stderr.split("\n").find((line) => NO_NETWORK.test(line)) ?? "";
  return new BoardkitError(`pip cannot reach its index: ${hideSecrets(reason.trim(), "").slice(0, 300)}`, {
    code: "REGISTRY_FAILED",
    fix: "check the network, the proxy (HTTPS_PROXY) and PIP_INDEX_URL",
  });
}
