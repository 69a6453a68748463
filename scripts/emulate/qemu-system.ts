// qemu-system: the arguments that make one board of it, and its version. A board has no network and one CPU: more of them only wait
// for each other under emulation.
import type { Machine } from "../model/targets/board.ts";
import { runOrFail } from "../tools/exec.ts";

/** The files that a board boots from, and the one that its results go to. */
export type BootFiles = {
  kernel: string;
  initramfs: string;
  dtb?: string | undefined;
  /** Disks, each a squashfs: the system and what runs there. An SD card is one disk that holds both. */
  root: string;
  job: string;
  /** What init sends; on a machine with an SD card that is `root`, from `resultsSector` on. */
  results: string;
  /** Sectors of 512 bytes. */
  resultsSector: number;
};

export type BootOptions = {
  /** CPU, as QEMU names it. */
  cpu: string;
  ramMiB: number;
  /** The board ends what still runs after so many seconds of its own clock. */
  seconds: number;
  /** Folders with firmware. */
  firmware: string[];
  /** Give the console to the terminal and start a shell there. */
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

function kernelArguments(machine: Machine, { resultsSector }: BootFiles, { ramMiB, seconds, shell }: BootOptions): string[] {
  return [
    // Errors and worse reach the console: among them that the kernel killed for memory.
    [`console=${machine.console}`, "quiet", "loglevel=4", "panic=-1"],
    // With these guards each system call costs QEMU its table of addresses, and a third of all time.
    ["nokaslr", "mitigations=off"],
    // 16 to 64 MiB that Debian's kernels keep for cameras and displays, and use for little else. A machine with those asks for some.
    ["cma=0"],
    machine.ramMiB !== undefined && ramMiB < machine.ramMiB ? [`mem=${ramMiB}M`] : [],
    machine.kernelArguments,
    [`boardkit.seconds=${seconds}`],
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
    // Each possible port costs the kernel memory, and the first is a console's.
    ["-device", `virtio-serial-${bus},max_ports=2`, "-device", "virtserialport,chardev=results,name=results"],
  ].flat();
}

/** A path inside an option of QEMU, where a comma ends a value. */
function escape(path: string): string {
  return path.replaceAll(",", ",,");
}

/** The version of QEMU that a program is of, e.g. `10.0.13`. */
export async function readQemuVersion(program: string[], signal: AbortSignal): Promise<string> {
  const { stdout } = await runOrFail({ argv: [...program, "--version"], signal }, "NO_QEMU", "remove its folder from the store");
  return /version (\S+)/.exec(stdout)?.[1] ?? "of unknown version";
}
