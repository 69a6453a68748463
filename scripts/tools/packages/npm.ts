// npm, as a way to fetch a package whatever its cpu field says, to pack one, and to publish it.
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { integrityOf } from "../../lib/hash.ts";
import { describeEnd, formatCommand, run, runOrFail, tailOf } from "../exec.ts";

export type NpmPackage = { package: string; version: string; integrity: string };

/** Downloads a package, verifies its integrity and unpacks it into `folder`. */
export async function fetchNpmPackage(wanted: NpmPackage, folder: string, signal: AbortSignal): Promise<void> {
  const name = `${wanted.package}@${wanted.version}`;
  const packed = await runOrFail(
    { argv: ["npm", "pack", name, "--json", "--silent", "--pack-destination", folder], cwd: folder, signal },
    "FETCH_FAILED",
    "the npm registry must be reachable by npm (its own configuration and a proxy are honoured)",
  );
  const file = join(folder, fileNameOf(packed.stdout, name));
  const integrity = integrityOf(await readFile(file));
  if (integrity !== wanted.integrity) {
    throw new BoardkitError(`${name} has integrity ${integrity}, expected ${wanted.integrity}`, {
      code: "INTEGRITY",
      fix: "the registry served other bytes than those that were pinned in targets/toolchains; do not use them",
    });
  }
  await runOrFail({ argv: ["tar", "-xzf", file, "-C", folder, "--strip-components=1"], signal }, "UNPACK_FAILED");
  await rm(file);
}

function fileNameOf(json: string, name: string): string {
  const { filename } = firstPacked(json, name);
  return filename.split("/").at(-1) ?? filename;
}

type Packed = { filename: string; files: { path: string }[] };

// npm 10 and 11 print an array of packages; npm 12 prints an object by name.
function firstPacked(json: string, name: string): Packed {
  const [packed] = Object.values(JSON.parse(json) as Record<string, Packed>);
  if (!packed?.filename) throw new BoardkitError(`npm pack ${name} named no file`, { code: "PACK_FAILED", tail: json });
  return packed;
}

/** The files that npm would pack of a package's folder, without running its scripts; sorted. */
export async function listPackedFiles(folder: string, signal: AbortSignal): Promise<string[]> {
  const { stdout } = await runOrFail(
    { argv: ["npm", "pack", "--dry-run", "--json", "--ignore-scripts"], cwd: folder, signal },
    "PACK_FAILED",
  );
  return firstPacked(stdout, folder)
    .files.map(({ path }) => path)
    .toSorted();
}

/** Packs the packages in folders into another folder, which then holds one file each. */
export async function packFolders(folders: string[], destination: string, signal: AbortSignal): Promise<void> {
  const options = ["--ignore-scripts", "--silent", "--pack-destination", destination];
  await runOrFail({ argv: ["npm", "pack", ...options, ...folders], cwd: destination, signal }, "PACK_FAILED");
}

/** Integrity of a version in the registry that npm is configured for; undefined if that has no such version. */
export async function publishedIntegrity(spec: string, options: string[], signal: AbortSignal): Promise<string | undefined> {
  const command = { argv: ["npm", "view", spec, "dist.integrity", "--json", ...options], signal };
  const outcome = await run(command);
  // npm prints nothing for a version that is not there, and E404 for a package that is not.
  const answer = outcome.stdout.trim() === "" ? undefined : (JSON.parse(outcome.stdout) as string | { error: { code: string } });
  if (outcome.exitCode === 0) return answer as string | undefined;
  if (typeof answer === "object" && answer.error.code === "E404") return undefined;
  throw new BoardkitError(`npm view ${spec} ${describeEnd(outcome)}`, {
    code: "REGISTRY_FAILED",
    command: formatCommand(command),
    tail: tailOf(outcome.stdout + outcome.stderr),
    fix: "the registry must be reachable by npm, with the right to read the package",
  });
}

/** Publishes a packed package. */
export async function publishPackage(file: string, options: string[], signal: AbortSignal): Promise<void> {
  const fix =
    "npm must be logged in, or trusted by the registry, with the right to publish the package; what is published already is left out next time";
  await runOrFail({ argv: ["npm", "publish", file, ...options], signal }, "PUBLISH_FAILED", fix);
}

/** A package that npm installs with another. */
export type InstalledPackage = {
  name: string;
  version: string;
  integrity?: string;
  license?: unknown;
  optional: boolean;
  /** The other names it in its own package.json. */
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

/** What npm has installed for the users of the package in a folder, sorted by name; an error if something of it is missing. */
export async function listInstalled(folder: string, name: string, signal: AbortSignal): Promise<InstalledPackage[]> {
  const command = { argv: ["npm", "ls", "--all", "--json", "--long", "--omit=dev", "--omit=peer"], cwd: folder, signal };
  const { stdout } = await run(command);
  const tree = JSON.parse(stdout) as Listed;
  // Of a workspace npm lists what it is a part of, and it inside.
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
