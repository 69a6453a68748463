// The manifest of a release: what is in it, and its id. Pure; the board verifies the same text.
import { hashBytes } from "../../lib/hash.ts";
import { BoardkitError } from "../../lib/errors.ts";

export type FileEntry = { path: string; sha256: string; mode: 0o644 | 0o755; size: number };
/** A symbolic link; its target is relative, and in the release. */
type LinkEntry = { path: string; link: string };
export type Entry = FileEntry | LinkEntry;

/** The manifest's own name in a release; it is not in itself. */
export const MANIFEST = ".manifest";
/** The text that the launcher reads. */
export const RUN = ".run";

/** The manifest as a text: a line for each file, sorted by path in the order of bytes. */
export function formatManifest(entries: Entry[]): string {
  for (const entry of entries) checkEntry(entry);
  const sorted = entries.map((entry) => ({ entry, key: Buffer.from(entry.path) })).toSorted((a, b) => a.key.compare(b.key));
  return sorted.map(({ entry }) => `${lineOf(entry)}\n`).join("");
}

/** The first 16 digits of its hash. */
export function releaseId(manifest: string): string {
  return hashBytes(manifest).slice(0, 16);
}

/** Reads a manifest, or the part of one that is whole; other lines are left out. */
export function parseManifest(text: string): Entry[] {
  return text.split("\n").flatMap((line): Entry[] => {
    const [, sha256, mode, size, path] = /^([0-9a-f]{64}) (0644|0755) (\d+) (.+)$/.exec(line) ?? [];
    if (sha256 && mode && size && path) return [{ path, sha256, mode: mode === "0755" ? 0o755 : 0o644, size: Number(size) }];
    const [, link, at] = /^link (\S+) (.+)$/.exec(line) ?? [];
    return link && at ? [{ path: at, link }] : [];
  });
}

export function isFile(entry: Entry): entry is FileEntry {
  return "sha256" in entry;
}

function lineOf(entry: Entry): string {
  if (!isFile(entry)) return `link ${entry.link} ${entry.path}`;
  return `${entry.sha256} ${entry.mode.toString(8).padStart(4, "0")} ${entry.size} ${entry.path}`;
}

// The board's sh reads the lines.
function checkEntry(entry: Entry): void {
  const { path } = entry;
  const parts = path.split("/");
  // eslint-disable-next-line no-control-regex
  if (/[\u0000-\u001F\u007F]/.test(path)) throw refuse(path, "has a control character in its name", "rename it");
  if (path.startsWith("/") || parts.some((part) => part === "" || part === "." || part === ".."))
    throw refuse(path, "is not inside the project", "name files of the project only");
  if (path === MANIFEST) throw refuse(path, "has the name of the release's own manifest", "rename it, or leave it out");
  if (isFile(entry)) return;
  if (/\s/.test(entry.link)) throw refuse(path, "is a link whose target has a space in its name", "rename the target");
  if (!staysInside(path, entry.link))
    throw refuse(
      path,
      `is a link to ${entry.link}, outside of the release`,
      "depend on a packed package instead, or copy the files into the project",
    );
}

/** Whether a link's target is relative and never leads above the release. */
export function staysInside(path: string, link: string): boolean {
  if (link.startsWith("/")) return false;
  let depth = path.split("/").length - 1;
  for (const part of link.split("/")) {
    if (part === "..") depth -= 1;
    else if (part !== "" && part !== ".") depth += 1;
    if (depth < 0) return false;
  }
  return true;
}

function refuse(path: string, why: string, fix: string): BoardkitError {
  return new BoardkitError(`${JSON.stringify(path)} ${why}`, { code: "RELEASE_REFUSED", exit: "usage", fix });
}
