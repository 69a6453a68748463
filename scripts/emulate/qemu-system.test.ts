import { expect, test } from "vitest";
import { systemArguments } from "./qemu-system.ts";
import { loadRegistry } from "../model/read-registry.ts";

const { boards } = loadRegistry();
const files = {
  kernel: "/k",
  initramfs: "/i",
  dtb: undefined,
  root: "/a,b/root",
  job: "/job",
  results: "/results",
  resultsSector: 7,
};

function argumentsOf(board: string, ramMiB: number, shell = false): string {
  const machine = boards.get(board)?.machine;
  if (!machine) throw new Error(`${board} has no machine`);
  return systemArguments(machine, files, { cpu: "cpu", ramMiB, seconds: 60, time: 1_800_000_000, firmware: ["/f"], shell }).join(" ");
}

test("a virtual machine has the requested memory, read-only disks and no network", () => {
  const text = argumentsOf("openwrt-ipq40xx", 128);
  expect(text).toContain("-L /f -M virt -cpu cpu -m 128 -nodefaults -display none -no-reboot -serial stdio -kernel /k -initrd /i -append");
  expect(text).toContain(
    "console=ttyAMA0 quiet loglevel=4 panic=-1 nokaslr mitigations=off cma=0 boardkit.seconds=60 boardkit.time=1800000000 -drive",
  );
  expect(text).toContain("if=none,id=root,format=raw,readonly=on,file=/a,,b/root -device virtio-blk-device,drive=root,serial=root");
  expect(text).toContain("-chardev file,id=results,path=/results -device virtio-serial-device");
  expect(text).not.toMatch(/mem=|netdev|-nic/);
});

test("a machine with fixed memory keeps it, and mem= limits its kernel", () => {
  expect(argumentsOf("pi-zero-w", 512)).not.toContain("mem=");
  const text = argumentsOf("pi-zero-w", 128);
  expect(text).toMatch(/-M raspi0 -cpu cpu -m 512 .* mem=128M .*boardkit.sector=7 -drive if=sd,format=raw,file=\/a,,b\/root$/);
});

test("a PC has its disks on PCI, and the shell gets the terminal", () => {
  expect(argumentsOf("debian-x86-64", 256, true)).toMatch(
    /-serial mon:stdio .*console=ttyS0 .*boardkit.shell .*virtio-blk-pci.*virtio-serial-pci/,
  );
});
