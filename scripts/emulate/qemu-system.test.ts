import { expect, test } from "vitest";
import { guestArguments, systemArguments } from "./qemu-system.ts";
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
  expect(text).toContain("-L /f -M virt -cpu cpu -m 128 -nodefaults -display none -kernel /k -initrd /i -no-reboot -serial stdio -append");
  expect(text).toContain(
    "console=ttyAMA0 quiet loglevel=4 panic=-1 nokaslr mitigations=off cma=0 boardkit.time=1800000000 boardkit.seconds=60 -drive",
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

test("a guest has a network that only the loopback address reaches, and disks that can be written", () => {
  const machine = boards.get("openwrt-filogic")?.machine;
  if (!machine) throw new Error("no machine");
  const disks = [
    { serial: "root" as const, file: "/root", discards: true },
    { serial: "data" as const, file: "/data" },
  ];
  const forwards = [
    { here: 2222, there: 22 },
    { here: 8080, there: 80 },
  ];
  const options = { cpu: "cpu", ramMiB: 128, time: 7, firmware: [], forwards };
  const text = guestArguments(machine, { kernel: "/k", initramfs: "/i", disks }, options).join(" ");
  expect(text).toContain(
    "boardkit.time=7 boardkit.guest=overlay -drive if=none,id=root,format=raw,snapshot=on,file=/root -device virtio-blk-device",
  );
  expect(text).toContain("id=data,format=raw,snapshot=off,file=/data");
  expect(text).toContain(
    "user,id=net,restrict=on,hostfwd=tcp:127.0.0.1:2222-10.0.2.15:22,hostfwd=tcp:127.0.0.1:8080-10.0.2.15:80 -device virtio-net-device,netdev=net",
  );
  expect(text).not.toMatch(/no-reboot|results/);
});
