// Extracts a kernel from Debian's packages, with paths that do not contain its version: image, modules, device trees, busybox.
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { decompress } from "../../lib/archive/compression.ts";
import { findPaths } from "../../lib/glob.ts";
import { BoardkitError } from "../../lib/errors.ts";
import type { Toolchain } from "../../model/targets/toolchain.ts";

type Kernel = NonNullable<Toolchain["kernel"]>;

/** Keeps in `folder` only the files that boot a board: a kernel's package has thousands of modules. */
export async function assembleKernel({ modules, guest = [], dtbs }: Kernel, folder: string): Promise<void> {
  const unpacked = await readdir(folder);
  const image = await findOne(folder, "boot/vmlinuz-*");
  await copyFile(image, join(folder, "image"));
  await writeFile(join(folder, "release"), basename(image).replace("vmlinuz-", ""));
  // In the packages of trixie /bin and /lib are below usr.
  await copyFile(await findOne(folder, "{bin,usr/bin}/busybox"), join(folder, "busybox"));
  await mkdir(join(folder, "modules"));
  for (const name of [...modules, ...guest]) {
    const file = await findOne(folder, `{lib,usr/lib}/modules/**/${name}.ko{,.xz}`);
    const bytes = await readFile(file);
    await writeFile(join(folder, "modules", `${name}.ko`), file.endsWith(".xz") ? await decompress(bytes) : bytes);
  }
  if (dtbs.length > 0) await mkdir(join(folder, "dtbs"));
  for (const name of dtbs) await copyFile(await findOne(folder, `usr/lib/linux-image-*/**/${name}`), join(folder, "dtbs", name));
  for (const name of unpacked) await rm(join(folder, name), { recursive: true });
}

async function findOne(folder: string, pattern: string): Promise<string> {
  const found = await findPaths(pattern, folder);
  if (found.length === 1 && found[0]) return join(folder, found[0]);
  throw new BoardkitError(`${pattern} matches ${found.length === 0 ? "nothing" : found.join(", ")} in the kernel's packages`, {
    code: "FETCH_FAILED",
    place: folder,
    fix: "this release of the kernel has other paths: fix its file in targets/toolchains",
  });
}
