// qemu-system: its arguments for a board, and its version. A board has one CPU: under emulation more CPUs only wait for each other. It has a
// network only as a guest, which ports of this machine's loopback address reach, and which reaches nothing.
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

/** A disk of a guest, by the serial number that its init looks for: `root` is a squashfs if there is an ext4 `data` to lay over it, else an ext4. */
export type GuestDisk = { serial: "root" | "data"; file: string; /** It keeps nothing: QEMU writes elsewhere. */ discards?: boolean };

/** A port of this machine's loopback address, and the guest's port that it leads to. */
export type Forward = { here: number; there: number };

/** Address of a guest in the network that QEMU makes for it; board-init.sh sets it. */
const GUEST_ADDRESS = "10.0.2.15";

/** The arguments of qemu-system for a board. */
export function systemArguments(machine: Machine, files: BootFiles, options: BootOptions): string[] {
  const { seconds, shell } = options;
  return [
    machineArguments(machine, files, options),
    ["-no-reboot", "-serial", shell ? "mon:stdio" : "stdio"],
    kernelArguments(machine, options, [
      `boardkit.seconds=${seconds}`,
      ...(machine.disks === "sd-card" ? [`boardkit.sector=${files.resultsSector}`] : []),
      ...(shell ? ["boardkit.shell"] : []),
    ]),
    diskArguments(machine.disks, files),
    machine.arguments,
  ].flat();
}

/** The arguments for a board as a guest: it starts the init of its own root, has a network, and may restart. */
export function guestArguments(
  machine: Machine,
  files: Pick<BootFiles, "kernel" | "initramfs"> & { disks: GuestDisk[] },
  options: Omit<BootOptions, "seconds" | "shell"> & { forwards: Forward[] },
): string[] {
  const bus = busOf(machine.disks);
  const kind = files.disks.some(({ serial }) => serial === "data") ? "overlay" : "root";
  const forwards = options.forwards.map(({ here, there }) => `,hostfwd=tcp:127.0.0.1:${here}-${GUEST_ADDRESS}:${there}`);
  return [
    machineArguments(machine, files, options),
    ["-serial", "stdio"],
    kernelArguments(machine, options, [`boardkit.guest=${kind}`]),
    files.disks.flatMap(({ serial, file, discards }) => virtioDisk(bus, serial, file, discards ? "snapshot=on" : "snapshot=off")),
    ["-netdev", `user,id=net,restrict=on${forwards.join("")}`, "-device", `virtio-net-${bus},netdev=net`],
    machine.arguments,
  ].flat();
}

function machineArguments(
  machine: Machine,
  { kernel, initramfs, dtb }: Pick<BootFiles, "kernel" | "initramfs" | "dtb">,
  { cpu, ramMiB, firmware }: Pick<BootOptions, "cpu" | "ramMiB" | "firmware">,
): string[] {
  return [
    firmware.flatMap((folder) => ["-L", folder]),
    ["-M", machine.model, "-cpu", cpu, "-m", String(machine.ramMiB ?? ramMiB)],
    ["-nodefaults", "-display", "none"],
    ["-kernel", kernel, "-initrd", initramfs],
    dtb ? ["-dtb", dtb] : [],
  ].flat();
}

function kernelArguments(machine: Machine, { ramMiB, time }: Pick<BootOptions, "ramMiB" | "time">, own: string[]): string[] {
  const words = [
    // Errors and worse reach the console, for example OOM kills.
    [`console=${machine.console}`, "quiet", "loglevel=4", "panic=-1"],
    // With these mitigations each system call flushes QEMU's TLB, which takes a third of the time.
    ["nokaslr", "mitigations=off"],
    // Debian's kernels reserve 16 to 64 MiB for cameras and displays. A machine that has these sets a size in its kernelArguments.
    ["cma=0"],
    machine.ramMiB !== undefined && ramMiB < machine.ramMiB ? [`mem=${ramMiB}M`] : [],
    machine.kernelArguments,
    [`boardkit.time=${time}`],
    own,
  ];
  return ["-append", words.flat().join(" ")];
}

function diskArguments(kind: Machine["disks"], { root, job, results }: BootFiles): string[] {
  if (kind === "sd-card") return ["-drive", `if=sd,format=raw,file=${escape(root)}`];
  const bus = busOf(kind);
  return [
    virtioDisk(bus, "root", root, "readonly=on"),
    virtioDisk(bus, "job", job, "readonly=on"),
    ["-chardev", `file,id=results,path=${escape(results)}`],
    // Each possible port takes memory of the kernel, and port 0 is for a console.
    ["-device", `virtio-serial-${bus},max_ports=2`, "-device", "virtserialport,chardev=results,name=results"],
  ].flat();
}

function virtioDisk(bus: string, id: string, file: string, mode: string): string[] {
  return ["-drive", `if=none,id=${id},format=raw,${mode},file=${escape(file)}`, "-device", `virtio-blk-${bus},drive=${id},serial=${id}`];
}

function busOf(kind: Machine["disks"]): "pci" | "device" {
  return kind === "virtio-pci" ? "pci" : "device";
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
