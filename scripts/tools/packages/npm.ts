// npm: fetches packages (for any CPU), packs and publishes them.
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { integrityOf } from "../../lib/hash.ts";
import { downloadsOf } from "./downloads.ts";
import { describeEnd, formatCommand, run, runOrFail, tailOf } from "../exec.ts";

/** Time for the registry's answer about attestations. */
const ANSWER_MS = 30_000;

export type NpmPackage = { package: string; version: string; integrity: string };

/** Downloads a package, verifies its integrity and unpacks it into `folder`. */
export async function fetchNpmPackage(pinned: NpmPackage, folder: string, signal: AbortSignal): Promise<void> {
  const name = `${pinned.package}@${pinned.version}`;
  const downloads = downloadsOf(folder);
  await mkdir(downloads, { recursive: true });
  const packed = await runOrFail(
    { argv: ["npm", "pack", name, "--json", "--silent", "--pack-destination", downloads], cwd: folder, signal },
    "FETCH_FAILED",
    "npm must reach its registry; check npm's configuration and the proxy",
  );
  const file = join(downloads, fileNameOf(packed.stdout, name));
  const integrity = integrityOf(await readFile(file));
  if (integrity !== pinned.integrity) {
    throw new BoardkitError(`${name} has integrity ${integrity}, expected ${pinned.integrity}`, {
      code: "INTEGRITY",
      fix: "the registry served different bytes from those pinned in targets/toolchains; do not use them",
    });
  }
  await runOrFail({ argv: ["tar", "-xzf", file, "-C", folder, "--strip-components=1"], signal }, "UNPACK_FAILED");
}

function fileNameOf(json: string, name: string): string {
  const { filename } = firstPacked(json, name);
  return filename.split("/").at(-1) ?? filename;
}

type Packed = { filename: string; files: { path: string }[] };

// npm 10 and 11 print an array of packages; npm 12 prints an object with names as keys.
function firstPacked(json: string, name: string): Packed {
  const [packed] = Object.values(JSON.parse(json) as Record<string, Packed>);
  if (!packed?.filename) throw new BoardkitError(`npm pack ${name} named no file`, { code: "PACK_FAILED", tail: json });
  return packed;
}

/** The files that npm would pack from a package's folder, sorted; scripts of the package do not run. */
export async function listPackedFiles(folder: string, signal: AbortSignal): Promise<string[]> {
  const { stdout } = await runOrFail(
    { argv: ["npm", "pack", "--dry-run", "--json", "--ignore-scripts"], cwd: folder, signal },
    "PACK_FAILED",
  );
  return firstPacked(stdout, folder)
    .files.map(({ path }) => path)
    .toSorted();
}

/** Packs the packages in `folders` into `destination`, one file each. */
export async function packFolders(folders: string[], destination: string, signal: AbortSignal): Promise<void> {
  const options = ["--ignore-scripts", "--silent", "--pack-destination", destination];
  await runOrFail({ argv: ["npm", "pack", ...options, ...folders], cwd: destination, signal }, "PACK_FAILED");
}

/** Integrity of a version in npm's registry; undefined if the version does not exist. */
export async function publishedIntegrity(spec: string, options: string[], signal: AbortSignal): Promise<string | undefined> {
  return (await view(spec, "dist.integrity", options, signal)) as string | undefined;
}

/** npm's answer about the attestations of a version, as text, with its address; undefined if it has none. */
export async function publishedAttestations(spec: string, signal: AbortSignal): Promise<{ text: string; url: string } | undefined> {
  const url = (await view(spec, "dist.attestations.url", [], signal)) as string | undefined;
  if (url === undefined) return undefined;
  const failed = (text: string, cause?: unknown) =>
    new BoardkitError(`${url}: ${text}`, {
      code: "REGISTRY_FAILED",
      fix: "npm's registry must be reached; behind a proxy set NODE_USE_ENV_PROXY=1, which Node knows from 22.21 on",
      cause,
    });
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]) });
    if (!response.ok) throw failed(`HTTP ${response.status}`);
    return { text: await response.text(), url };
  } catch (error) {
    if (error instanceof BoardkitError || signal.aborted) throw error;
    throw failed((error as Error).message, error);
  }
}

/** A field of a version in npm's registry; undefined if the version, or the field, does not exist. */
async function view(spec: string, field: string, options: string[], signal: AbortSignal): Promise<unknown> {
  const command = { argv: ["npm", "view", spec, field, "--json", ...options], signal };
  const outcome = await run(command);
  // npm prints nothing for an unknown version, and E404 for an unknown package.
  const answer = outcome.stdout.trim() === "" ? undefined : (JSON.parse(outcome.stdout) as string | { error: { code: string } });
  if (outcome.exitCode === 0) return answer;
  if (typeof answer === "object" && answer.error.code === "E404") return undefined;
  throw new BoardkitError(`npm view ${spec} ${describeEnd(outcome)}`, {
    code: "REGISTRY_FAILED",
    command: formatCommand(command),
    tail: tailOf(outcome.stdout + outcome.stderr),
    fix: "npm must reach the registry and have the right to read the package",
  });
}

/** Publishes a packed package. */
export async function publishPackage(file: string, options: string[], signal: AbortSignal): Promise<void> {
  const fix =
    "log in with npm, or configure a trusted publisher, with the right to publish the package; the next run skips published packages";
  await runOrFail({ argv: ["npm", "publish", file, ...options], signal }, "PUBLISH_FAILED", fix);
}

/** An installed dependency of a package. */
export type InstalledPackage = {
  name: string;
  version: string;
  integrity?: string;
  license?: unknown;
  optional: boolean;
  /** It is in the package.json of the package. */
  direct: boolean;
};

type Listed = {
  name?: string;
  version?: string;
  integrity?: string;
  license?: unknown;
  optional?: boolean;
  dependencies?: Record<string, Listed>;
};

/** The installed production dependencies of the package in a folder, sorted by name; a missing one is an error. */
export async function listInstalled(folder: string, name: string, signal: AbortSignal): Promise<InstalledPackage[]> {
  const command = { argv: ["npm", "ls", "--all", "--json", "--long", "--omit=dev", "--omit=peer"], cwd: folder, signal };
  const { stdout } = await run(command);
  const tree = JSON.parse(stdout) as Listed;
  // For a member of a workspace npm lists the workspace root, with the member in it.
  const found = new Map<string, InstalledPackage>();
  collectInstalled(tree.name === name ? tree : (tree.dependencies?.[name] ?? tree), true, found, command);
  return [...found.values()].toSorted((one, other) => (`${one.name} ${one.version}` < `${other.name} ${other.version}` ? -1 : 1));
}

function collectInstalled(
  { dependencies = {} }: Listed,
  direct: boolean,
  found: Map<string, InstalledPackage>,
  command: { argv: string[]; cwd: string },
): void {
  for (const [name, listed] of Object.entries(dependencies)) {
    const { version, integrity, license, optional = false } = listed;
    if (!version) {
      if (optional) continue;
      throw new BoardkitError(`${name}, a dependency of the package, is not installed`, {
        code: "NOT_INSTALLED",
        place: command.cwd,
        command: formatCommand(command),
        fix: "npm install",
      });
    }
    const key = `${name}@${version}`;
    const known = found.get(key);
    if (known && (known.direct || !direct)) continue;
    found.set(key, { name, version, ...(integrity ? { integrity } : {}), license, optional, direct });
    collectInstalled(listed, false, found, command);
  }
}
