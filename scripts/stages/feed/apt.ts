// The part of a feed for apt: https://wiki.debian.org/DebianRepository/Format. Pure: packages in, files out.
import { gzipSync } from "fflate";
import { hashBytes } from "../../lib/hash.ts";
import type { FeedPackage } from "./package-files.ts";

const SUITE = "stable";
const COMPONENT = "main";

/** Folder of the indexes in a feed. */
export const APT_DISTS = `apt/dists/${SUITE}`;

export type Indexes = Record<string, Uint8Array>;

/** The indexes of packages, by their path below the folder of Release. */
export function packageIndexes(packages: FeedPackage[]): Indexes {
  const byArchitecture = Map.groupBy(packages, ({ architecture }) => architecture);
  return Object.fromEntries(
    [...byArchitecture].flatMap(([architecture, some]) => {
      const text = Buffer.from(some.map(stanzaOf).join("\n"));
      const path = `${COMPONENT}/binary-${architecture}/Packages`;
      return [
        [path, text],
        [`${path}.gz`, gzipSync(text, { level: 9, mtime: 0 })],
      ];
    }),
  );
}

function stanzaOf({ control, path, bytes, sha256 }: FeedPackage): string {
  return `${control}Filename: ${path.replace(/^apt\//, "")}\nSize: ${bytes}\nSHA256: ${sha256}\n`;
}

/** The text of Release: what the signature covers. `name` is what the settings of apt on a machine call the feed. */
export function releaseText(indexes: Indexes, name: string, date: Date): string {
  const paths = Object.keys(indexes).toSorted();
  const architectures = [...new Set(paths.flatMap((path) => /\/binary-([^/]+)\//.exec(path)?.[1] ?? []))];
  return [
    `Origin: ${name}`,
    `Label: ${name}`,
    `Suite: ${SUITE}`,
    `Codename: ${SUITE}`,
    `Date: ${date.toUTCString().replace("GMT", "UTC")}`,
    `Architectures: ${architectures.join(" ")}`,
    `Components: ${COMPONENT}`,
    "Acquire-By-Hash: yes",
    "SHA256:",
    ...paths.map((path) => ` ${hashBytes(indexes[path] ?? "")} ${indexes[path]?.length} ${path}`),
    "",
  ].join("\n");
}

/** Paths below the folder of Release under which apt asks for an index by its hash, from the text of a Release. */
export function byHashPaths(release: string): string[] {
  return [...release.matchAll(/^ ([0-9a-f]{64}) \d+ (\S+)\/[^/\s]+$/gm)].map(([, hash, folder]) => `${folder}/by-hash/SHA256/${hash}`);
}

/** The source that a machine adds, with the key in it: sources.list(5), DEB822-STYLE FORMAT. */
export function sourceText(url: string, publicKey: string): string {
  const key = publicKey.trim().split("\n");
  return [
    "Types: deb",
    `URIs: ${url}/apt`,
    `Suites: ${SUITE}`,
    `Components: ${COMPONENT}`,
    "Signed-By:",
    ...key.map((line) => ` ${line.trim() || "."}`),
    "",
  ].join("\n");
}
