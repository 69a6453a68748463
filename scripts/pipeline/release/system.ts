// Packages of Debian (.deb) and OpenWrt (.ipk, .apk): the root package with the one platform's package that fits, where `npm install --global`
// puts them. The files come from the npm packages, so all of them hold the same bytes.
import { systemPackage } from "../../model/names.ts";
import type { PackageJson, Project } from "../../model/project.ts";
import type { Triple } from "../../model/triple.ts";
import type { NfpmConfig, SystemFormat } from "../../tools/nfpm.ts";
import { lowestEngine } from "../package/table.ts";

/** One package that is to be written. */
export type SystemPackage = { file: string; format: SystemFormat; config: NfpmConfig };

/** Where npm puts global packages if Node's prefix is /usr, and where `require` looks without NODE_PATH. */
const MODULES = "/usr/lib/node_modules";
const REQUIRED = "/usr/lib/node";
/** Of the packaging, not of the software. */
const RELEASE = "1";

/** The packages of a target whose files lie in `tree`; a format that cannot be written is a reason. */
export function systemPackages(
  project: Project,
  target: Triple,
  glibc: string | undefined,
  tree: string,
): (SystemPackage | { skipped: string })[] {
  const { version, prerelease } = splitVersion(project.version);
  const shared = sharedConfig(project, tree);
  const made: (SystemPackage | { skipped: string })[] = [];
  if (target.debian) {
    const { architecture, variant } = target.debian;
    const base = shared.name;
    const name = `${base}${variant?.suffix ?? ""}`;
    const node = lowestEngine(project.packageJson.engines);
    const depends = [node ? `nodejs (>= ${node})` : "nodejs", ...(glibc ? [`libc6 (>= ${glibc})`] : [])];
    // The same files under another name: one of them at a time, and either is what others ask for.
    const instead = variant ? { conflicts: [base], provides: [base], replaces: [base] } : {};
    made.push({
      file: `${name}_${version}${prerelease ? `~${prerelease}` : ""}-${RELEASE}_${architecture}.deb`,
      format: "deb",
      config: {
        ...shared,
        name,
        version,
        ...(prerelease ? { prerelease } : {}),
        section: "javascript",
        depends,
        ...instead,
        // dpkg before 1.21.18 reads no zstd.
        deb: { arch: architecture, compression: "xz" },
      },
    });
  }
  // Its versions begin with a v, which opkg sorts after every digit: a bound would hold for any. The loader tells of a Node that is too old.
  const openwrt = { ...shared, version, section: "lang", depends: ["libc", "node"] };
  const apkPrerelease = prerelease === undefined ? undefined : forApk(prerelease);
  for (const arch of target.openwrt) {
    made.push({
      file: `${shared.name}_${version}${prerelease ? `~${prerelease}` : ""}-${RELEASE}_${arch}.ipk`,
      format: "ipk",
      config: { ...openwrt, ...(prerelease ? { prerelease } : {}), ipk: { arch } },
    });
    if (prerelease && !apkPrerelease) {
      made.push({ skipped: `${shared.name}_${version}-r${RELEASE}_${arch}.apk: apk has no version like ${project.version}` });
      continue;
    }
    made.push({
      file: `${shared.name}_${version}${apkPrerelease ? `_${apkPrerelease}` : ""}-r${RELEASE}_${arch}.apk`,
      format: "apk",
      config: { ...openwrt, ...(apkPrerelease ? { prerelease: apkPrerelease } : {}), apk: { arch } },
    });
  }
  return made;
}

type Shared = Omit<NfpmConfig, "version" | "section" | "depends">;

function sharedConfig({ name, packageJson }: Project, tree: string): Shared {
  const homepage = homepageOf(packageJson);
  const levels = name.split("/").length;
  return {
    name: systemPackage(name),
    platform: "linux",
    version_schema: "none",
    release: RELEASE,
    maintainer: maintainerOf(packageJson) ?? `the authors of ${name}`,
    description: typeof packageJson.description === "string" ? packageJson.description : name,
    ...(homepage ? { homepage } : {}),
    ...(typeof packageJson.license === "string" ? { license: packageJson.license } : {}),
    contents: [
      { src: tree, dst: `${MODULES}/${name}`, type: "tree" },
      { src: `${"../".repeat(levels)}node_modules/${name}`, dst: `${REQUIRED}/${name}`, type: "symlink" },
    ],
  };
}

function splitVersion(text: string): { version: string; prerelease?: string } {
  const [, version = text, prerelease] = /^([^-+]+)(?:-([^+]+))?/.exec(text) ?? [];
  return prerelease ? { version, prerelease } : { version };
}

/** `rc1` of `rc.1`; undefined for what apk does not know. */
function forApk(prerelease: string): string | undefined {
  const [, word, number = ""] = /^(alpha|beta|pre|rc)\.?(\d*)$/.exec(prerelease) ?? [];
  return word && `${word}${number}`;
}

function maintainerOf({ author, contributors }: PackageJson): string | undefined {
  const person = [author, ...(Array.isArray(contributors) ? (contributors as unknown[]) : [])].find(Boolean);
  // npm's short form has a page in round brackets behind.
  if (typeof person === "string") return person.replace(/\s*\(.*\)$/, "");
  const { name, email } = (person ?? {}) as { name?: string; email?: string };
  return name && `${name}${email ? ` <${email}>` : ""}`;
}

function homepageOf({ homepage, repository }: PackageJson): string | undefined {
  if (typeof homepage === "string") return homepage;
  const url = typeof repository === "string" ? repository : (repository as { url?: string } | undefined)?.url;
  return /^(?:git\+)?(https?:\/\/.+?)(?:\.git)?$/.exec(url ?? "")?.[1];
}
