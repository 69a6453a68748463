// The project's own files in a release: what npm packs, or those that the settings name.
import { lstat } from "node:fs/promises";
import { join } from "node:path";
import packlist from "npm-packlist";
import { glob } from "tinyglobby";
import { BoardkitError } from "../../../lib/errors.ts";
import { readPackageJson } from "../../../model/project.ts";

/** Secrets and settings of this machine; they never leave it, also if no ignore file names them. */
const SECRET = /(^|\/)(\.env(\..*)?|\.npmrc|\.netrc|id_(rsa|ed25519|ecdsa))$/;
/** An example of the former has no secrets. */
const EXAMPLE = /\.env\.(example|sample|template|dist)$/;

export type OwnFiles = { paths: string[]; /** Secrets that were left out. */ leftOut: string[] };

/** What npm would pack of a package: it leaves links out. */
export async function listPacked(folder: string): Promise<OwnFiles> {
  const { bundleDependencies: _one, bundledDependencies: _other, ...json } = readPackageJson(folder);
  const paths = await packlist({ path: folder, package: json, isProjectRoot: true, edgesOut: new Map() });
  return withoutSecrets(paths.filter((path) => !path.startsWith("node_modules/")));
}

/** The files that match globs; `{target}` in them is the target of the board, and `!` leaves files out. */
export async function listNamed(folder: string, globs: string[], triple: string): Promise<OwnFiles> {
  const real = globs.map((pattern) => pattern.replaceAll("{target}", triple));
  const ignore = real.flatMap((pattern) => (pattern.startsWith("!") ? [pattern.slice(1)] : []));
  const paths = new Set<string>();
  for (const pattern of real.filter((one) => !one.startsWith("!"))) {
    const found = await glob([pattern], { cwd: folder, dot: true, followSymbolicLinks: false, ignore });
    if (found.length === 0) throw nothing(pattern, folder, triple);
    for (const path of found) paths.add(path);
  }
  return withoutSecrets([...paths]);
}

function withoutSecrets(paths: string[]): OwnFiles {
  const isSecret = (path: string) => SECRET.test(path) && !EXAMPLE.test(path);
  return { paths: paths.filter((path) => !isSecret(path)).toSorted(), leftOut: paths.filter(isSecret).toSorted() };
}

/** Refuses what is neither a file nor a link, such as a socket. */
export async function checkKinds(folder: string, paths: string[]): Promise<void> {
  for (const path of paths) {
    const stats = await lstat(join(folder, path));
    if (stats.isFile() || stats.isSymbolicLink()) continue;
    throw new BoardkitError(`${path} is no file`, {
      code: "RELEASE_REFUSED",
      exit: "usage",
      place: folder,
      fix: "leave it out of `files`",
    });
  }
}

function nothing(pattern: string, folder: string, triple: string): BoardkitError {
  const more = pattern.includes(triple) ? `; build the program for ${triple}` : "";
  return new BoardkitError(`no file matches ${pattern}`, {
    code: "NO_FILES",
    exit: "nothingMatched",
    place: join(folder, "package.json"),
    fix: `fix \`boardkit.deploy.files\`${more}`,
  });
}
