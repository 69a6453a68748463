// A board: hardware, the systems that people install on it, and the QEMU machine that emulates it with the usual one.
import { z } from "zod";
import { systemId } from "./system.ts";

const id = z.string().regex(/^[a-z0-9][a-z0-9-]*$/);

const size = z.strictObject({
  id: id.describe("name of the board with this much memory"),
  ramMiB: z.int().positive(),
});

const boardSystem = z.strictObject({
  system: systemId.describe("file in targets/systems"),
  target: z.string().describe("file in targets/triples: the target of addons for the board with this system"),
  pageSize: z
    .union([z.literal(4096), z.literal(16384), z.literal(65536)])
    .default(4096)
    .describe("bytes of a memory page in the system's usual kernel for the board"),
  node: z.string().regex(/^\d+$/).optional().describe("newest Node line for the target, if it is older than the system's"),
});

const machine = z.strictObject({
  model: z.string().describe("machine of qemu-system, with its options, as `-M` takes it"),
  standsIn: z.string().optional().describe("reason for this machine, if it is not a model of the board itself"),
  kernel: z.string().describe("file in targets/toolchains"),
  kernelArguments: z.array(z.string()).default([]).describe("further arguments of the kernel"),
  dtb: z.string().optional().describe("device tree in the kernel's package, if QEMU generates none for the machine"),
  console: z.string().default("ttyAMA0").describe("serial console, as the kernel names it"),
  disks: z.enum(["virtio-mmio", "virtio-pci", "sd-card"]).default("virtio-mmio").describe("how QEMU attaches disks and takes results"),
  arguments: z.array(z.string()).default([]).describe("further arguments of qemu-system"),
  ramMiB: z
    .int()
    .positive()
    .optional()
    .describe("memory of a machine with fixed memory; its kernel can be limited to less, down to 128 MiB, where QEMU puts the initramfs"),
  leastMiB: z.int().positive().describe("lowest memory with which the runtime was seen to start; less is refused without a boot"),
});

const knownBy = z
  .strictObject({
    names: z
      .array(z.string().regex(/^[^\s,]+,[^\s,]+$/))
      .default([])
      .describe("names of the device in `compatible` of its device tree, which OpenWrt takes as its board name too"),
    openwrt: z
      .array(z.string().regex(/^[^\s/]+\/[^\s/]+$/))
      .default([])
      .describe("targets of OpenWrt whose devices the board stands for, for example `mediatek/filogic`"),
    pc: z.boolean().default(false).describe("a machine of its CPU's architecture without a better board is this one"),
  })
  .describe("how `boardkit probe` knows a machine as the board");

export const board = z
  .strictObject({
    $schema: z.string().optional(),
    id: id.describe("also the file's name"),
    name: z.string().describe("for people"),
    why: z.string().optional().describe("why no addon can run on the board; absent on supported boards"),
    cpu: z.string().describe("file in targets/cpus"),
    systems: z.array(boardSystem).min(1).describe("what people install on it; the first is the usual one, and the one that is booted"),
    memory: z.array(size).min(1).describe("memory sizes of the board, or the smallest of many"),
    machine: machine.optional(),
    like: id.optional().describe("the board whose machine this one has, and whose boot stands for it: this one is booted only by its name"),
    knownBy: knownBy.optional(),
    source: z.string().describe("documentation of the board"),
  })
  .refine(({ why, machine: own, like }) => [why, own, like].filter((one) => one !== undefined).length === 1, {
    path: ["machine"],
    message:
      "a board needs a `machine` that boots it, or `like` with a board of the same machine, or a `why` that says why it is not supported",
  })
  .refine(({ systems }) => new Set(systems.map((one) => one.system)).size === systems.length, {
    path: ["systems"],
    message: "a system is in the list twice",
  });

/** A file of targets/boards. */
export type BoardFile = z.infer<typeof board>;

/** A board with one of its systems, in the registry with its usual one; `machine` may be that of another board. */
export type Board = BoardFile & {
  /** File in targets/systems. */
  system: string;
  /** File in targets/triples. */
  target: string;
  pageSize: number;
  libcVersion: string;
  /** Newest Node line. */
  node: string;
};

export type Machine = z.infer<typeof machine>;
/** A board with one of its memory sizes. */
export type SizedBoard = { id: string; ramMiB: number; board: Board };
