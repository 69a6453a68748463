// Fetches Debian packages without touching the system: apt runs with its own configuration, lists and cache, so that another suite or
// architecture needs neither root nor a change to the system's sources. apt still verifies Debian's signatures.
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import type { Source } from "../../model/targets/toolchain.ts";
import { downloadsOf } from "./downloads.ts";
import { runOrFail, type Outcome } from "../exec.ts";

export type Suite = Source extends infer S ? (S extends { suite: infer T } ? T : never) : never;

/** The architectures of each suite that targets/toolchains uses, besides that of the host. */
const ARCHITECTURES: Record<Suite, string[]> = {
  bookworm: ["amd64", "arm64", "armhf", "armel"],
  trixie: ["amd64", "arm64"],
  forky: ["armhf"],
};
/** The keys of Debian's archive, where Debian installs them. */
export const debianKeyring = "/usr/share/keyrings/debian-archive-keyring.gpg";
const LISTS_DAYS = 1;

type DebianSource = Extract<Source, { kind: "debian" }>;

/** Downloads packages of one suite and unpacks them into `folder`. */
export async function fetchDebianPackages(cache: string, source: DebianSource, folder: string, signal: AbortSignal): Promise<void> {
  await inDownloads(cache, source.suite, folder, signal, async (apt, downloads) => {
    const names = await namesOf(source, apt, downloads);
    await apt(["apt-get", "--quiet", "download", ...names.map((name) => `${name}/${source.suite}`)], downloads);
    for (const file of (await readdir(downloads)).filter((name) => name.endsWith(".deb"))) {
      await runOrFail({ argv: ["dpkg", "-x", join(downloads, file), folder], signal }, "UNPACK_FAILED");
    }
  });
}

/** The packages of a source, with their dependencies if the source says so. */
async function namesOf({ suite, packages, dependencies }: DebianSource, apt: Apt, cwd: string): Promise<string[]> {
  const release = ["--option", `APT::Default-Release=${suite}`];
  if (dependencies === "all") {
    const { stdout } = await apt(["apt-get", "--simulate", "--no-install-recommends", ...release, "install", ...packages], cwd);
    return installedIn(stdout);
  }
  if (dependencies === undefined) return packages;
  const { stdout } = await apt(["apt-cache", "--important", ...release, "depends", ...packages], cwd);
  return [...packages, ...dependedOnIn(stdout)];
}

/**
 * The packages of an installation of Debian for 64-bit ARM: the essential ones, those that are named, and their dependencies, without
 * recommended ones.
 */
export async function listInstallation(cache: string, suite: Suite, packages: string[], signal: AbortSignal): Promise<string[]> {
  const configuration = await ensureLists(join(cache, "apt", suite), suite, signal);
  const options = ["--simulate", "--no-install-recommends", "--option", "APT::Architecture=arm64"];
  const argv = ["apt-get", ...options, "install", "?and(?essential, ?architecture(arm64))", ...packages];
  const { stdout } = await runOrFail({ argv, env: { APT_CONFIG: configuration }, signal }, "FETCH_FAILED", FIX);
  return installedIn(stdout);
}

/** The packages in the output of `apt-get --simulate install`. */
export function installedIn(text: string): string[] {
  return [...text.matchAll(/^Inst (\S+)/gm)].flatMap(([, name]) => name ?? []);
}

/** The real packages in the output of `apt-cache depends`; virtual ones are in angle brackets. */
export function dependedOnIn(text: string): string[] {
  return [...text.matchAll(/^\s+(?:Pre)?Depends: ([^<\s]+)$/gm)].flatMap(([, name]) => name ?? []);
}

/** Downloads the original source archive of a package and unpacks it into `folder`, without the archive's top folder. */
export async function fetchDebianSource(cache: string, suite: Suite, name: string, folder: string, signal: AbortSignal): Promise<void> {
  await inDownloads(cache, suite, folder, signal, async (apt, downloads) => {
    await apt(["apt-get", "--quiet", "source", "--download-only", `${name}/${suite}`], downloads);
    const archive = (await readdir(downloads)).find((file) => /\.orig\.tar\.[a-z0-9]+$/.test(file));
    if (!archive) throw new BoardkitError(`the source package ${name} has no original archive`, { code: "FETCH_FAILED" });
    await runOrFail({ argv: ["tar", "-xf", join(downloads, archive), "-C", folder, "--strip-components=1"], signal }, "UNPACK_FAILED");
  });
}

type Apt = (argv: string[], cwd: string) => Promise<Outcome>;

async function inDownloads(
  cache: string,
  suite: Suite,
  folder: string,
  signal: AbortSignal,
  work: (apt: Apt, downloads: string) => Promise<void>,
): Promise<void> {
  const configuration = await ensureLists(join(cache, "apt", suite), suite, signal);
  const downloads = downloadsOf(folder);
  await mkdir(downloads, { recursive: true });
  const apt: Apt = (argv, cwd) => runOrFail({ argv, cwd, env: { APT_CONFIG: configuration }, signal }, "FETCH_FAILED", FIX);
  await work(apt, downloads);
}

const FIX = "the system's apt must reach Debian's mirror";

/** Writes the private configuration and fetches its lists, unless they are of the same sources and less than a day old. */
async function ensureLists(folder: string, suite: Suite, signal: AbortSignal): Promise<string> {
  const configuration = join(folder, "apt.conf");
  // Contains the sources of the lists; written last.
  const stamp = join(folder, ".updated");
  const sources = sourcesText(suite, await findMirror());
  const age = existsSync(stamp) ? Date.now() - (await stat(stamp)).mtimeMs : Infinity;
  if (age < LISTS_DAYS * 86_400_000 && (await readFile(stamp, "utf8")) === sources) return configuration;
  for (const part of ["lists/partial", "cache/archives/partial"]) await mkdir(join(folder, part), { recursive: true });
  await writeFile(join(folder, "status"), "");
  await writeFile(join(folder, "debian.sources"), sources);
  await writeFile(configuration, configurationText(folder));
  await runOrFail({ argv: ["apt-get", "--quiet", "update"], env: { APT_CONFIG: configuration }, signal }, "FETCH_FAILED", FIX);
  await writeFile(stamp, sources);
  return configuration;
}

/** The mirror that the system's own apt uses for Debian. */
export async function findMirror(): Promise<string> {
  const folder = "/etc/apt/sources.list.d";
  const names = existsSync(folder)
    ? (await readdir(folder)).filter((name) => /\.(sources|list)$/.test(name)).map((name) => join(folder, name))
    : [];
  const files = ["/etc/apt/sources.list", ...names].filter((path) => existsSync(path));
  const mirror = mirrorIn((await Promise.all(files.map((path) => readFile(path, "utf8")))).join("\n"));
  if (mirror) return mirror;
  throw new BoardkitError("the system's apt has no Debian mirror", {
    code: "NO_DEBIAN",
    exit: "toolMissing",
    place: files.join(", ") || "/etc/apt",
    fix: "QEMU, sysroots and musl come from Debian packages: use Debian 12 or newer, or a container of it, with a mirror in apt's sources",
  });
}

/** The first Debian mirror in the text of apt sources, in either format. */
export function mirrorIn(text: string): string | undefined {
  const line = /^(?:URIs:\s*|deb\s+(?:\[[^\]]*\]\s+)?)(\S+\/debian)\/?(?=\s|$)/m.exec(text);
  return line?.[1];
}

function sourcesText(suite: Suite, mirror: string): string {
  const host = process.arch === "arm64" ? "arm64" : "amd64";
  return [
    `Types: deb${suite === "trixie" ? " deb-src" : ""}`,
    `URIs: ${mirror}`,
    `Suites: ${suite}`,
    "Components: main",
    `Architectures: ${[...new Set([host, ...ARCHITECTURES[suite]])].join(" ")}`,
    `Signed-By: ${debianKeyring}`,
    "",
  ].join("\n");
}

function configurationText(folder: string): string {
  const host = process.arch === "arm64" ? "arm64" : "amd64";
  return `// Written by boardkit.
Dir::State "${folder}";
Dir::State::status "${folder}/status";
Dir::State::lists "${folder}/lists";
Dir::Cache "${folder}/cache";
Dir::Etc::sourcelist "${folder}/debian.sources";
Dir::Etc::sourceparts "/dev/null";
APT::Architecture "${host}";
APT::Architectures { "${host}"; "amd64"; "arm64"; "armhf"; "armel"; };
APT::Sandbox::User "";
Acquire::Languages "none";
Acquire::IndexTargets::deb::DEP-11::DefaultEnabled "false";
`;
}
