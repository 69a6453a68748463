// Every name that is derived from another, in one place.
import { join } from "node:path";

/** File name of an addon, as napi-rs makes it: `grid.linux-arm64-gnu.node`. */
export function addonFile(binaryName: string, napiPlatform: string): string {
  return `${binaryName}.${napiPlatform}.node`;
}

/** Folder of a target's results in a project. */
export function distFolder(project: string, triple: string): string {
  return join(project, "dist", triple);
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
