// Unmounts everything below a folder before it is removed: rm would delete the host's files through a mount.
import { readFile } from "node:fs/promises";
import { BoardkitError } from "../../lib/errors.ts";
import { run } from "../exec.ts";

/** The mounts below a folder, deepest first, from the text of /proc/self/mountinfo: `man 5 proc_pid_mountinfo`. */
export function mountsBelow(mountinfo: string, folder: string): string[] {
  const points = mountinfo.split("\n").flatMap((line) => line.split(" ")[4] ?? []);
  // Spaces and backslashes are octal escapes.
  const plain = points.map((point) =>
    point.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCodePoint(Number.parseInt(octal, 8))),
  );
  // A mount on another mount comes after it.
  return plain.filter((point) => point.startsWith(`${folder}/`)).toReversed();
}

/** Unmounts everything below a folder; a remaining mount is an error. */
export async function unmountBelow(folder: string, read = () => readFile("/proc/self/mountinfo", "utf8")): Promise<void> {
  for (const point of mountsBelow(await read(), folder)) await run({ argv: ["umount", point] });
  const left = mountsBelow(await read(), folder);
  if (left.length === 0) return;
  throw new BoardkitError(`the folder cannot be removed, since it still has mounts: ${left.join(", ")}`, {
    code: "STILL_MOUNTED",
    place: folder,
    fix: `run as root: umount ${left.join(" ")}\nthen remove the folder`,
  });
}
