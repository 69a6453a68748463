// Packages of Debian (.deb) and OpenWrt (.ipk, .apk): the root package and the platform's package, at the paths of `npm install --global`.
// The files come from the npm packages, so they have the same bytes.
import { join, posix } from "node:path";
import { systemPackage } from "../../model/names.ts";
import type { PackageJson, Project } from "../../model/project.ts";
import type { Triple } from "../../model/targets/triple.ts";
import type { NfpmConfig, NfpmContent, SystemFormat } from "../../tools/packages/nfpm.ts";
import { lowestEngine } from "../package/table.ts";

/** The files of a package: a folder, and what is in it. */
export type Tree = { folder: string; entries: { path: string; isFolder: boolean }[] };

/** A package to write. */
export type SystemPackage = { file: string; format: SystemFormat; config: NfpmConfig };

/** npm's folder of global packages if Node's prefix is /usr. */
const MODULES = "/usr/lib/node_modules";
/** Folders that `require` searches without NODE_PATH: Node's own below its prefix, and that of Debian's Node. */
const REQUIRED = { openwrt: ["/usr/lib/node"], debian: ["/usr/lib/node", "/usr/share/nodejs"] };
/** Release of the packaging, not of the software. */
const RELEASE = "1";

/** The packages of a target, with the files in `tree`; `skipped` is the reason if one cannot be written. */
export function systemPackages(
  project: Project,
  target: Triple,
  glibc: string | undefined,
  tree: Tree,
): (SystemPackage | { skipped: string })[] {
  return [...debianPackages(project, target, glibc, tree), ...openwrtPackages(project, target, tree)];
}

function debianPackages(project: Project, { debian }: Triple, glibc: string | undefined, tree: Tree): SystemPackage[] {
  if (!debian) return [];
  const { architecture, variant } = debian;
  const shared = sharedConfig(project);
  const name = `${shared.name}${variant?.suffix ?? ""}`;
  const { version, prerelease } = splitVersion(project.version);
  const node = lowestEngine(project.packageJson.engines);
  const config: NfpmConfig = {
    ...shared,
    name,
    version,
    ...(prerelease ? { prerelease } : {}),
    section: "javascript",
    depends: [node ? `nodejs (>= ${node})` : "nodejs", ...(glibc ? [`libc6 (>= ${glibc})`] : [])],
    // The same files under another name: either satisfies a dependency, and only one can be installed.
    ...(variant ? { conflicts: [shared.name], provides: [shared.name] } : {}),
    contents: contentsOf(project.name, tree, REQUIRED.debian),
    // dpkg before 1.21.18 reads no zstd.
    deb: { arch: architecture, compression: "xz" },
  };
  return [{ file: `${name}_${version}${prerelease ? `~${prerelease}` : ""}-${RELEASE}_${architecture}.deb`, format: "deb", config }];
}

function openwrtPackages(project: Project, { openwrt }: Triple, tree: Tree): (SystemPackage | { skipped: string })[] {
  const { version, prerelease } = splitVersion(project.version);
  const config: NfpmConfig = {
    ...sharedConfig(project),
    version,
    section: "lang",
    // The versions of its Node begin with a v, which opkg sorts after every digit, so any version satisfies a bound. The loader reports
    // a Node that is too old.
    depends: ["libc", "node"],
    contents: contentsOf(project.name, tree, REQUIRED.openwrt),
  };
  const opkgVersion = `${version}${prerelease ? `~${prerelease}` : ""}-${RELEASE}`;
  const apkPrerelease = prerelease && forApk(prerelease);
  const apkVersion = `${version}${apkPrerelease ? `_${apkPrerelease}` : ""}-r${RELEASE}`;
  return openwrt.flatMap((arch): (SystemPackage | { skipped: string })[] => [
    {
      file: `${config.name}_${opkgVersion}_${arch}.ipk`,
      format: "ipk",
      config: { ...config, ...(prerelease ? { prerelease } : {}), ipk: { arch } },
    },
    prerelease && !apkPrerelease
      ? { skipped: `${config.name}_${apkVersion}_${arch}.apk: apk has no version like ${project.version}` }
      : {
          file: `${config.name}_${apkVersion}_${arch}.apk`,
          format: "apk",
          config: { ...config, ...(apkPrerelease ? { prerelease: apkPrerelease } : {}), apk: { arch } },
        },
  ]);
}

type Shared = Omit<NfpmConfig, "version" | "section" | "depends" | "contents">;

function sharedConfig({ name, packageJson }: Project): Shared {
  const homepage = homepageOf(packageJson);
  return {
    name: systemPackage(name),
    platform: "linux",
    version_schema: "none",
    disable_globbing: true,
    release: RELEASE,
    maintainer: maintainerOf(packageJson) ?? `the authors of ${name}`,
    description: typeof packageJson.description === "string" ? packageJson.description : name,
    ...(homepage ? { homepage } : {}),
    ...(typeof packageJson.license === "string" ? { license: packageJson.license } : {}),
  };
}

function contentsOf(name: string, { folder, entries }: Tree, required: string[]): NfpmContent[] {
  const top = `${MODULES}/${name}`;
  const links = required.map((place) => {
    const dst = `${place}/${name}`;
    return { src: posix.relative(posix.dirname(dst), top), dst, type: "symlink" as const };
  });
  const files = [{ path: "", isFolder: true }, ...entries].map(({ path, isFolder }): NfpmContent => {
    const dst = posix.join(top, path);
    return isFolder ? { dst, type: "dir", file_info: { mode: 0o755 } } : { src: join(folder, path), dst };
  });
  return [...files, ...links];
}

function splitVersion(text: string): { version: string; prerelease?: string } {
  const [, version = text, prerelease] = /^([^-+]+)(?:-([^+]+))?/.exec(text) ?? [];
  return prerelease ? { version, prerelease } : { version };
}

/** `rc1` of `rc.1`; undefined for a prerelease that apk does not know. */
function forApk(prerelease: string): string | undefined {
  const [, word, number = ""] = /^(alpha|beta|pre|rc)\.?(\d*)$/.exec(prerelease) ?? [];
  return word && `${word}${number}`;
}

function maintainerOf({ author, contributors }: PackageJson): string | undefined {
  const person = [author, ...(Array.isArray(contributors) ? (contributors as unknown[]) : [])].find(Boolean);
  // npm's short form ends with a homepage in parentheses.
  if (typeof person === "string") return person.replace(/\s*\(.*\)$/, "");
  const { name, email } = (person ?? {}) as { name?: string; email?: string };
  return name && `${name}${email ? ` <${email}>` : ""}`;
}

function homepageOf({ homepage, repository }: PackageJson): string | undefined {
  if (typeof homepage === "string") return homepage;
  const url = typeof repository === "string" ? repository : (repository as { url?: string } | undefined)?.url;
  return /^(?:git\+)?(https?:\/\/.+?)(?:\.git)?$/.exec(url ?? "")?.[1];
}
