// Images that a board boots from: squashfs for its disks, a cpio archive for its initramfs.
import { runOrFail } from "../tools/exec.ts";

/** Writes the contents of folders into one squashfs, not compressed: decompression would take time on the emulated CPU. */
export async function makeSquashfs(mksquashfs: string[], folders: string[], image: string, signal: AbortSignal): Promise<void> {
  const flags = ["-noI", "-noD", "-noF", "-noX", "-all-root", "-noappend", "-no-progress", "-quiet", "-no-exports"];
  await runOrFail({ argv: [...mksquashfs, ...folders, image, ...flags], signal }, "IMAGE_FAILED", SPACE);
}

/** Writes a folder as an initramfs. */
export async function makeInitramfs(cpio: string[], folder: string, image: string, signal: AbortSignal): Promise<void> {
  // cpio reads the names of the files from stdin.
  const script = 'out=$1; shift; find . | "$@" --create --format=newc --owner=0:0 --quiet --file="$out"';
  await runOrFail({ argv: ["sh", "-euc", script, "sh", image, ...cpio], cwd: folder, signal }, "IMAGE_FAILED", SPACE);
}

const SPACE = "if the disk is full, free some space, or point BOARDKIT_CACHE to a larger one";
