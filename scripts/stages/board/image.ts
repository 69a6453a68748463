// The images of a board. The initramfs and the disk with the runtime depend only on toolchains, and are kept in the cache. The addon and
// the programs are on a separate small disk.
import { existsSync } from "node:fs";
import { chmod, copyFile, cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, truncate, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { hashValue } from "../../lib/hash.ts";
import { packageRoot } from "../../lib/paths.ts";
import { getToolchain } from "../../model/registry.ts";
import { makeInitramfs, makeSquashfs } from "../../emulate/disks.ts";
import { quote } from "../../tools/exec.ts";
import type { BootFiles } from "../../emulate/qemu-system.ts";
import type { Toolchain } from "../../model/targets/toolchain.ts";
import type { BoardPlan } from "./plan.ts";
import type { Context } from "../context.ts";
import { provided, providedProgram, storeFolder } from "../../tools/store/store.ts";

const INIT = join(packageRoot, "scripts/target-side/board-init.sh");
/** Increase it when `stageRoot` changes. */
const LAYOUT = 2;
/** Space for results on an SD card. */
export const RESULTS_BYTES = 8 * 1024 * 1024;

/** Makes the images of a board; those that are not in the cache are in `folder`. */
export async function makeImages(plan: BoardPlan, folder: string, context: Context): Promise<BootFiles> {
  const { kernel, machine } = plan;
  const isCard = machine.disks === "sd-card";
  const job = join(folder, "job");
  await stageJob(plan, job);
  const image = join(folder, "job.squashfs");
  if (!isCard) await squash([job], image, context);
  const root = isCard ? await makeCard(plan, job, folder, context) : await ensureRoot(plan, context);
  await rm(job, { recursive: true });
  return {
    kernel: provided(context.cache, kernel, "image"),
    initramfs: await ensureInitramfs(kernel, kernel.kernel?.modules ?? [], context),
    dtb: machine.dtb && join(provided(context.cache, kernel, "dtbs"), machine.dtb),
    root,
    job: image,
    results: isCard ? root : join(folder, "results"),
    resultsSector: isCard ? ((await stat(root)).size - RESULTS_BYTES) / 512 : 0,
  };
}

/** The disk with the runtime, from the cache; boards of one target share it. */
async function ensureRoot(plan: BoardPlan, context: Context): Promise<string> {
  const { node, sysroot } = plan.runtime;
  const parts = [node, sysroot].flatMap((item) => (item ? [basename(storeFolder(context.cache, item))] : []));
  const path = join(context.cache, "boards", `${sysroot.id}-${hashValue([LAYOUT, parts]).slice(0, 8)}.squashfs`);
  return ensureFile(path, async (image, folder) => {
    await stageRoot(plan, folder, context);
    await squash([folder], image, context);
  });
}

/** The initramfs of a kernel: busybox, kernel modules in the order in which they are loaded, init. */
export async function ensureInitramfs(kernel: Toolchain, modules: string[], context: Context): Promise<string> {
  const init = await readFile(INIT, "utf8");
  const key = hashValue([basename(storeFolder(context.cache, kernel)), modules, init]).slice(0, 8);
  return ensureFile(join(context.cache, "boards", `${kernel.id}-${key}.cpio`), async (image, folder) => {
    await mkdir(join(folder, "bin"), { recursive: true });
    await copyFile(provided(context.cache, kernel, "busybox"), join(folder, "bin/busybox"));
    // Only these: the initramfs takes memory of the board.
    await mkdir(join(folder, "modules"));
    for (const name of modules)
      await copyFile(join(provided(context.cache, kernel, "modules"), `${name}.ko`), join(folder, "modules", `${name}.ko`));
    await writeFile(join(folder, "modules/list"), `${modules.join("\n")}\n`);
    await writeFile(join(folder, "init"), init);
    for (const program of ["init", "bin/busybox"]) await chmod(join(folder, program), 0o755);
    await makeInitramfs(tool("cpio", context), folder, image, context.signal);
  });
}

/** One disk with runtime, job and space for results, for a machine with an SD card. QEMU requires a power of two as its size. */
async function makeCard(plan: BoardPlan, job: string, folder: string, context: Context): Promise<string> {
  const image = join(folder, "card.img");
  const root = join(folder, "root");
  await stageRoot(plan, root, context);
  await rm(join(root, basename(job)), { recursive: true });
  await squash([...(await readdir(root)).map((name) => join(root, name)), job], image, context);
  await rm(root, { recursive: true });
  const { size } = await stat(image);
  await truncate(image, 2 ** Math.ceil(Math.log2(size + RESULTS_BYTES)));
  return image;
}

/** Fills a folder with the runtime of a board: its C library, Node, and mount points. */
async function stageRoot({ runtime: { node, sysroot } }: BoardPlan, folder: string, { cache }: Context): Promise<void> {
  for (const name of ["bin", "dev", "job", "proc", "sys", "tmp"]) await mkdir(join(folder, name), { recursive: true });
  const copy = (from: string, to: string) => cp(from, join(folder, to), { recursive: true, dereference: true });
  await copy(join(provided(cache, sysroot, "root"), "lib"), "lib");
  // Programs for x86_64 look for their loader there.
  await symlink("lib", join(folder, "lib64"));
  if (!node) return;
  await copy(provided(cache, node, "node"), "bin/node");
  if (node.provides.libraries) await copy(provided(cache, node, "libraries"), "lib/node");
}

/** Fills a folder with the programs of a board and their files. */
async function stageJob({ environment, programs, files }: BoardPlan, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [place, path] of Object.entries(files)) {
    await mkdir(dirname(join(folder, place)), { recursive: true });
    await cp(path, join(folder, place), { recursive: true, dereference: true });
  }
  const exports = Object.entries(environment).map(([name, value]) => `export ${name}=${quote(value)}\n`);
  await writeFile(join(folder, "environment.sh"), exports.join(""));
  // After a failure the next program would fail for the same reason.
  const runs = programs.map(({ name, argv }) => `run ${name} ${argv.map(quote).join(" ")}`);
  await writeFile(join(folder, "run.sh"), `${runs.join(" &&\n")}\n`);
}

function squash(folders: string[], image: string, context: Context): Promise<void> {
  return makeSquashfs(tool("mksquashfs", context), folders, image, context.signal);
}

function tool(name: string, { cache, registry }: Context): string[] {
  return providedProgram(cache, getToolchain(registry, "qemu-system"), name);
}

/** Makes a file unless it exists. It appears complete, and simultaneous runs do not collide. */
async function ensureFile(path: string, make: (file: string, folder: string) => Promise<void>): Promise<string> {
  if (existsSync(path)) return path;
  await mkdir(dirname(path), { recursive: true });
  const folder = await mkdtemp(`${path}.partial-`);
  try {
    await make(join(folder, "file"), join(folder, "files"));
    await rename(join(folder, "file"), path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return path;
}
