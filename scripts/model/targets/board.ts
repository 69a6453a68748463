// A board: hardware with the system that usually runs on it, and the machine of QEMU that it is booted on. It points to one target
// and one CPU and repeats neither.
import { z } from "zod";

const id = z.string().regex(/^[a-z0-9][a-z0-9-]*$/);

const size = z.strictObject({
  id: id.describe("name of the board with this much memory"),
  ramMiB: z.int().positive(),
});

const machine = z.strictObject({
  model: z.string().describe("machine of qemu-system, with its options, as `-M` takes it"),
  standsIn: z.string().optional().describe("why this one, where it is no model of the board itself"),
  kernel: z.string().describe("file in targets/toolchains"),
  kernelArguments: z.array(z.string()).default([]).describe("what the kernel is told besides"),
  dtb: z.string().optional().describe("device tree of the kernel's package, where the machine makes none"),
  console: z.string().default("ttyAMA0").describe("serial console, as the kernel names it"),
  disks: z.enum(["virtio-mmio", "virtio-pci", "sd-card"]).default("virtio-mmio").describe("how QEMU attaches disks and takes results"),
  arguments: z.array(z.string()).default([]).describe("further arguments of qemu-system"),
  ramMiB: z
    .int()
    .positive()
    .optional()
    .describe(
      "memory of a machine whose memory is fixed; a kernel can be told to use less, down to where QEMU puts its initramfs, 128 MiB",
    ),
  leastMiB: z.int().positive().describe("with less memory the runtime was not seen to start there: it is refused before booting"),
});

export const board = z
  .strictObject({
    $schema: z.string().optional(),
    id: id.describe("also the file's name"),
    name: z.string().describe("for people"),
    why: z.string().optional().describe("why no addon can run there; present only on boards where none can"),
    target: z.string().describe("file in targets/triples that addons for this board are built as"),
    cpu: z.string().describe("file in targets/cpus"),
    pageSize: z.union([z.literal(4096), z.literal(16384), z.literal(65536)]).describe("bytes of a memory page of the usual kernel"),
    libcVersion: z
      .string()
      .regex(/^\d+\.\d+(\.\d+)?$/)
      .describe("version of the target's C library in the usual system"),
    node: z.string().regex(/^\d+$/).describe("newest Node line that runs there"),
    memory: z.array(size).min(1).describe("the memory sizes that it is sold with, or the smallest of many"),
    machine: machine.optional(),
    source: z.string().describe("where this is documented"),
  })
  .refine((value) => (value.why === undefined) === (value.machine !== undefined), {
    path: ["machine"],
    message: "a board has a machine that boots it, or a `why` that says why it is not supported",
  });

export type Board = z.infer<typeof board>;
export type Machine = z.infer<typeof machine>;
/** A board with one of its memory sizes: what is booted. */
export type SizedBoard = { id: string; ramMiB: number; board: Board };
