// The archive of a release of Debian -> the libraries of an installation, and those that its packages bring.
import { createReadStream } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createGunzip } from "node:zlib";
import { readElf } from "../../audit/elf/facts.ts";
import { highestOfKinds } from "../../audit/elf/versions.ts";
import { BoardkitError } from "../../lib/errors.ts";
import { inTemporaryFolder } from "../../lib/paths.ts";
import type { Libraries } from "../../model/targets/libraries.ts";
import { fetchDebianPackages, findMirror, listInstallation } from "../../tools/packages/apt.ts";
import { readContents, withoutVariants, type Contents } from "./contents.ts";
import { ownVersions } from "./own-versions.ts";

type Release = NonNullable<Libraries["debian"]>;
/** What is written of a file in targets/libraries. */
export type Generated = Pick<Libraries, "present" | "versions" | "packages">;

/** The architectures of boards; a library that the first one has is looked up there. */
const ARCHITECTURES = ["arm64", "armhf", "amd64"];
/** Packages with GCC's libraries: each GCC adds symbol versions to them, and an addon requires those of the GCC that built it. */
const GROWING = ["libstdc++6", "libgcc-s1", "libatomic1", "libgomp1"];

/** Reads the archive of a release through the mirror of the system's apt. */
export async function readDebian({ suite, installed }: Release, cache: string, signal: AbortSignal): Promise<Generated> {
  const names = new Set(await listInstallation(cache, suite, installed, signal));
  return inTemporaryFolder("boardkit-systems", async (folder) => {
    const merged: Contents = new Map();
    for (const architecture of ARCHITECTURES) {
      for (const [name, sonames] of await fetchContents(suite, architecture, names, folder, signal))
        merged.set(name, new Set([...(merged.get(name) ?? []), ...sonames]));
    }
    const versions = await readVersions(suite, cache, folder, signal);
    const present = [...merged].flatMap(([name, sonames]) => (names.has(name) ? [...sonames] : []));
    const others = withoutVariants(new Map([...merged].filter(([name]) => !names.has(name))));
    const packages = [...others].map(([name, sonames]) => [name, [...sonames].toSorted()] as const);
    return {
      present: [...new Set(present)].toSorted(),
      versions,
      packages: Object.fromEntries(packages.toSorted(([a], [b]) => (a < b ? -1 : 1))),
    };
  });
}

/**
 * Fetches the list of files. Its hash in Release is not checked: mirrors bring the list later than Release, and whoever writes the data
 * reads the difference.
 */
async function fetchContents(
  suite: string,
  architecture: string,
  names: Set<string>,
  folder: string,
  signal: AbortSignal,
): Promise<Contents> {
  const url = `${await findMirror()}/dists/${suite}/main/Contents-${architecture}.gz`;
  const response = await fetch(url, { signal });
  if (!response.ok)
    throw new BoardkitError(`${url}: HTTP ${response.status}`, {
      code: "FETCH_FAILED",
      fix: "the system's apt must reach Debian's mirror",
    });
  const path = join(folder, `Contents-${architecture}.gz`);
  await writeFile(path, Buffer.from(await response.arrayBuffer()));
  return readContents(createInterface({ input: createReadStream(path).pipe(createGunzip()) }), names);
}

/** The highest symbol versions of GCC's libraries: an architecture has only some versions, and the other ones have no symbols there. */
async function readVersions(suite: Release["suite"], cache: string, folder: string, signal: AbortSignal): Promise<Generated["versions"]> {
  const packages = ["arm64", "amd64"].flatMap((architecture) => GROWING.map((name) => `${name}:${architecture}`));
  const root = join(folder, "root");
  await fetchDebianPackages(cache, { kind: "debian", suite, packages }, root, signal);
  const found = new Map<string, string[]>();
  for (const entry of await readdir(root, { withFileTypes: true, recursive: true })) {
    const [, soname] = /^(lib.*\.so\.\d+)(?:\.\d+)*$/.exec(entry.name) ?? [];
    if (soname === undefined || !entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = await readFile(path);
    const own = ownVersions(bytes, Object.values(readElf(bytes, path).versions).flat());
    found.set(soname, [...(found.get(soname) ?? []), ...own]);
  }
  const highest = [...found].map(([soname, versions]): [string, string[]] => [soname, highestOfKinds(versions).toSorted()]);
  return Object.fromEntries(highest.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
