// Every name that is derived from another name.
import { join } from "node:path";
import type { Triple } from "./targets/triple.ts";

/** File name of an addon, as napi-rs makes it: `grid.linux-arm64-gnu.node`. */
export function addonFile(binaryName: string, napiPlatform: string): string {
  return `${binaryName}.${napiPlatform}.node`;
}

/** File of type definitions, as napi-rs names it. */
export const NAPI_TYPES = "index.d.ts";

/** Folder of the build output of a project: one folder per target, and those of packages and release. */
export function distFolder(project: string): string {
  return join(project, "dist");
}

/** Folder of the build output of a target. */
export function targetFolder(project: string, triple: string): string {
  return join(distFolder(project), triple);
}

/** The platform tag in the name of a target's wheel (PEP 600, 656). */
export function wheelPlatform({ glibcFloor, wheel }: Pick<Triple, "glibcFloor" | "wheel">): string {
  if (wheel?.platform) return wheel.platform;
  return glibcFloor === undefined ? "musllinux_1_2" : `manylinux_${glibcFloor.replace(".", "_")}`;
}

/** Folder of a project's npm packages. */
export function packagesFolder(project: string): string {
  return join(project, "dist", "npm");
}

/** Folder of a project's wheels and sdist. */
export function pythonPackagesFolder(project: string): string {
  return join(project, "dist", "pypi");
}

/** Folder of the files that a release of a project attaches. */
export function releaseFolder(project: string): string {
  return join(project, "dist", "release");
}

/** List of what CI attests for a release: like SHA256SUMS, with that file itself and the addons in packages. */
export function subjectsFile(project: string): string {
  return join(project, "dist", "subjects.sha256");
}

/** Files of a release: the hashes of the others, and their signature with a key of the maintainer. */
export const SUMS = "SHA256SUMS";
export const SUMS_SIGNATURE = "SHA256SUMS.sig";

/** Files of a release: its provenance without a signature, and what CI signs: the provenance, and the SBOM. */
export const PROVENANCE_STATEMENT = "provenance.intoto.json";
export const PROVENANCE_BUNDLE = "provenance.sigstore.json";
export const SBOM_BUNDLE = "sbom.sigstore.json";

/** Name of a Debian or OpenWrt package, with the prefix that both use for Node packages: `node-boardkit-grid`. */
export function systemPackage(packageName: string): string {
  const base = packageName.toLowerCase().replaceAll(/[^a-z0-9.+]+/g, "-");
  return `node-${base.replaceAll(/^-+|-+$/g, "")}`;
}

/** npm package with the addon of one platform: `@boardkit/grid-linux-arm64-gnu`. */
export function platformPackage(packageName: string, napiPlatform: string): string {
  return `${packageName}-${napiPlatform}`;
}

/** File name that npm gives to a packed package: `boardkit-grid-0.1.0.tgz`. */
export function tarballFile(packageName: string, version: string): string {
  return `${packageName.replace(/^@/, "").replace("/", "-")}-${version}.tgz`;
}

/** Environment variable with the path of an addon to load instead of the installed one: `GRID_NATIVE_PATH`. */
export function nativePathVariable(binaryName: string): string {
  return `${binaryName.toUpperCase().replaceAll(/\W/g, "_")}_NATIVE_PATH`;
}

/** Cargo's variable for a setting of one target: `CARGO_TARGET_ARM_..._LINKER`. */
export function cargoTargetVariable(triple: string, setting: string): string {
  return `CARGO_TARGET_${triple.toUpperCase().replaceAll("-", "_")}_${setting}`;
}

/** The cc crate's variable for a target: `CC_arm_unknown_linux_musleabihf`. */
export function ccVariable(name: string, triple: string): string {
  return `${name}_${triple.replaceAll("-", "_")}`;
}

/** The target as zig names it, with the glibc version that the link may use. */
export function zigTargetWithFloor(zigTarget: string, glibcFloor: string | undefined): string {
  return glibcFloor ? `${zigTarget}.${glibcFloor}` : zigTarget;
}
