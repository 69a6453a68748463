// The one version of everything that this repo publishes: crates, npm packages and the Python package.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";

/** The places of a version in a file: what stands before it, and the version. */
type Place = { file: string; pattern: RegExp };

const NPM = /^( {2}"version": ")([^"]+)/gm;

/** A lock file has the packages of this repo and those of others. */
const PLACES: Place[] = [
  { file: "package.json", pattern: NPM },
  { file: "bindings/node/package.json", pattern: NPM },
  { file: "package-lock.json", pattern: /("name": "(?:boardkit|@boardkit\/grid)",\n +"version": ")([^"]+)/g },
  { file: "Cargo.toml", pattern: /(\[workspace\.package\]\nversion = "|\{ path = "[^"]+", version = ")([^"]+)/g },
  { file: "Cargo.lock", pattern: /(\nname = "[^"]+"\nversion = ")([^"]+)(?="\n(?!source))/g },
  { file: "bindings/python/pyproject.toml", pattern: /(\[project\]\nname = "[^"]+"\nversion = ")([^"]+)/g },
];

/** The version at a folder; throws if two places have different ones, or if a file has none. */
export function readVersion(root: string): string {
  const found = PLACES.map(({ file, pattern }) => {
    const versions = [...readFileSync(join(root, file), "utf8").matchAll(pattern)].map((match) => match[2] ?? "");
    return { file, versions: [...new Set(versions)] };
  });
  const [version] = found[0]?.versions ?? [];
  const wrong = found.filter(({ versions }) => versions.length !== 1 || versions[0] !== version);
  if (version !== undefined && wrong.length === 0) return version;
  const lines = found.map(({ file, versions }) => `${file}: ${versions.join(", ") || "none"}`);
  throw new BoardkitError(`the versions differ:\n  ${lines.join("\n  ")}`, {
    code: "VERSION_MISMATCH",
    exit: "usage",
    place: root,
    fix: "give all files one version; for the lock files run npm install and cargo metadata",
  });
}

/** The texts of all files with another version, by path from the folder. */
export function withVersion(root: string, version: string): Record<string, string> {
  return Object.fromEntries(
    PLACES.map(({ file, pattern }) => [
      file,
      readFileSync(join(root, file), "utf8").replaceAll(pattern, (_match, before: string) => `${before}${version}`),
    ]),
  );
}
