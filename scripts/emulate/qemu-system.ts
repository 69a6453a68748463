// qemu-system: its arguments for a board, and its version. A board has no network, and one CPU: under emulation more CPUs only wait for
// each other.
import type { Machine } from "../model/targets/board.ts";
import { runOrFail } from "../tools/exec.ts";

/** The files that a board boots from, and the file for its results. */
export type BootFiles = {
  kernel: string;
  initramfs: string;
  dtb?: string | undefined;
  /** Disks, each a squashfs: the system, and the programs of the run. An SD card is one disk with both. */
  root: string;
  job: string;
  /** The output of init; on a machine with an SD card it is part of `root`, from `resultsSector` on. */
  results: string;
  /** Sectors of 512 bytes. */
  resultsSector: number;
};

export type BootOptions = {
  /** CPU, as QEMU names it. */
  cpu: string;
  ramMiB: number;
  /** Time limit of the programs, in seconds of the board's clock. */
  seconds: number;
  /** The time now, in seconds since 1970: a board without a clock begins with it, as with the one that its system has kept. */
  time: number;
  firmware: string[];
  /** Start a shell, with the console in the terminal. */
  shell: boolean;
};

/** The arguments of qemu-system for a board. */
export function systemArguments(machine: Machine, files: BootFiles, options: BootOptions): string[] {
  const { cpu, ramMiB, firmware, shell } = options;
  return [
    firmware.flatMap((folder) => ["-L", folder]),
    ["-M", machine.model, "-cpu", cpu, "-m", String(machine.ramMiB ?? ramMiB)],
    ["-nodefaults", "-display", "none", "-no-reboot", "-serial", shell ? "mon:stdio" : "stdio"],
    ["-kernel", files.kernel, "-initrd", files.initramfs],
    files.dtb ? ["-dtb", files.dtb] : [],
    ["-append", kernelArguments(machine, files, options).join(" ")],
    diskArguments(machine.disks, files),
    machine.arguments,
  ].flat();
}

function kernelArguments(machine: Machine, { resultsSector }: BootFiles, { ramMiB, seconds, time, shell }: BootOptions): string[] {
  return [
    // Errors and worse reach the console, for example OOM kills.
    [`console=${machine.console}`, "quiet", "loglevel=4", "panic=-1"],
    // With these mitigations each system call flushes QEMU's TLB, which takes a third of the time.
    ["nokaslr", "mitigations=off"],
    // Debian's kernels reserve 16 to 64 MiB for cameras and displays. A machine that has these sets a size in its kernelArguments.
    ["cma=0"],
    machine.ramMiB !== undefined && ramMiB < machine.ramMiB ? [`mem=${ramMiB}M`] : [],
    machine.kernelArguments,
    [`boardkit.seconds=${seconds}`, `boardkit.time=${time}`],
    machine.disks === "sd-card" ? [`boardkit.sector=${resultsSector}`] : [],
    shell ? ["boardkit.shell"] : [],
  ].flat();
}

function diskArguments(kind: Machine["disks"], { root, job, results }: BootFiles): string[] {
  if (kind === "sd-card") return ["-drive", `if=sd,format=raw,file=${escape(root)}`];
  const bus = kind === "virtio-pci" ? "pci" : "device";
  const disk = (id: string, file: string) => [
    "-drive",
    `if=none,id=${id},format=raw,readonly=on,file=${escape(file)}`,
    "-device",
    `virtio-blk-${bus},drive=${id},serial=${id}`,
  ];
  return [
    disk("root", root),
    disk("job", job),
    ["-chardev", `file,id=results,path=${escape(results)}`],
    // Each possible port takes memory of the kernel, and port 0 is for a console.
    ["-device", `virtio-serial-${bus},max_ports=2`, "-device", "virtserialport,chardev=results,name=results"],
  ].flat();
}

/** Escapes a path for an option of QEMU, in which a comma ends a value. */
function escape(path: string): string {
  return path.replaceAll(",", ",,");
}

/** The QEMU version of a program, e.g. `10.0.13`. */
export async function readQemuVersion(program: string[], signal: AbortSignal): Promise<string> {
  const { stdout } = await runOrFail({ argv: [...program, "--version"], signal }, "NO_QEMU", "remove its folder from the store");
  return /version (\S+)/.exec(stdout)?.[1] ?? "of unknown version";
}
