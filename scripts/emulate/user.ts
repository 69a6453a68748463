// qemu-user: the command that runs a program of a target on this machine.
import type { Registry } from "../model/registry.ts";
import { getToolchain } from "../model/registry.ts";
import { preloadPath, provided } from "../tools/store/store.ts";

export type UserMachine = {
  /** Architecture as qemu-user names it. */
  arch: string;
  /** CPU as QEMU names it. */
  cpu: string;
  /** id of the sysroot in targets/toolchains. */
  sysroot: string;
  /** id of the Node in targets/toolchains, if the program is one or needs its libraries. */
  node?: string;
};

/** id of qemu-user in targets/toolchains. */
export const QEMU_USER = "qemu-user";

/** `qemu-… -cpu … -L …`; the program and its arguments follow. */
export function userEmulator(registry: Registry, cache: string, { arch, cpu, sysroot: id, node }: UserMachine): string[] {
  const sysroot = getToolchain(registry, id);
  const providers = [...(node ? [getToolchain(registry, node)] : []), sysroot];
  const libraries = providers.filter((item) => item.provides.libraries).map((item) => provided(cache, item, "libraries"));
  return [
    provided(cache, getToolchain(registry, QEMU_USER), arch),
    "-cpu",
    cpu,
    "-L",
    provided(cache, sysroot, "root"),
    ...(libraries.length > 0 ? ["-E", `LD_LIBRARY_PATH=${libraries.join(":")}`] : []),
    ...(sysroot.preload ? ["-E", `LD_PRELOAD=${preloads(sysroot)}`] : []),
  ];
}

/** The value of LD_PRELOAD for a sysroot: libraries that complete its C library under the emulator. */
export function preloads({ preload }: Pick<ReturnType<typeof getToolchain>, "preload">): string {
  return (preload?.sources ?? []).map(preloadPath).join(":");
}

/** The environment of each program: plain output, no backtraces. */
export const plainEnvironment = { NO_COLOR: "1", RUST_BACKTRACE: "0" };

/** The environment of Node: under emulation io_uring doubles the time of Node 20. */
export const nodeEnvironment = { UV_USE_IO_URING: "0" };
