// What `boardkit probe` finds out about a machine.
import { z } from "zod";

const node = z.object({
  path: z.string(),
  version: z.string().optional().describe("absent if it does not run"),
  arch: z.string().optional().describe("process.arch, which npm installs for"),
  modules: z.string().optional().describe("version of the ABI of addons without Node-API"),
});

const mount = z.object({
  path: z.string().describe("the folder that was asked about"),
  exists: z.boolean(),
  mount: z.string().describe("where its file system is mounted"),
  type: z.string(),
  flags: z.array(z.string()),
  sizeKiB: z.number().optional(),
  freeKiB: z.number().optional(),
});

const machineFacts = z.object({
  model: z.string().optional().describe("model in the device tree"),
  compatible: z.array(z.string()).describe("names in the device tree and OpenWrt's board name, the exact one first"),
  kernel: z.object({ name: z.string(), release: z.string(), machine: z.string().describe("as `uname -m`: not that of the programs") }),
  userland: z.object({
    arch: z.string().describe("architecture of the shell's ELF file, as in targets/architectures"),
    bits: z.union([z.literal(32), z.literal(64)]),
    floatAbi: z.enum(["hard", "soft"]).optional().describe("on arm only"),
  }),
  libc: z
    .object({ name: z.enum(["glibc", "musl"]), version: z.string().optional(), loader: z.string().optional() })
    .optional()
    .describe("absent if it has no dynamic loader that Boardkit knows"),
  cpu: z.object({
    model: z.string().optional(),
    count: z.number(),
    features: z.array(z.string()).describe("those of targets/architectures that it has, for programs of the userland's architecture"),
    known: z.boolean().describe("whether the machine shows the features of its CPUs"),
  }),
  pageSize: z.number().optional(),
  memory: z.object({ totalKiB: z.number(), availableKiB: z.number().optional(), swapKiB: z.number() }),
  mounts: z.array(mount),
  init: z.enum(["systemd", "procd", "openrc", "busybox", "sysvinit", "other"]),
  system: z.object({
    id: z.string().optional().describe("ID of os-release"),
    version: z.string().optional().describe("VERSION_ID of os-release"),
    name: z.string().optional().describe("PRETTY_NAME of os-release"),
    openwrtTarget: z.string().optional().describe("OpenWrt's target, for example `mediatek/filogic`"),
    files: z.array(z.string()).describe("files in /etc that name a release"),
  }),
  nodes: z.array(node),
  commands: z.array(z.string()).describe("commands of the list in scripts/target-side/probe.sh that it has"),
  cgroup: z.object({ version: z.union([z.literal(1), z.literal(2)]).optional(), memory: z.boolean() }),
  user: z.object({ id: z.number(), name: z.string() }),
  root: z.enum(["root", "sudo", "doas", "password", "none"]).describe("how the user becomes root; `password`: it asks for one"),
  clock: z.object({ epochSeconds: z.number(), uptimeSeconds: z.number() }),
});

const fit = z.object({
  target: z
    .object({ triple: z.string().optional(), why: z.array(z.string()).describe("reasons, also those against other targets") })
    .describe("the target that fits; without triple none does"),
  board: z
    .object({
      name: z.string().optional().describe("as `--board` takes it, `<board>` or `<board>@<system>`"),
      why: z.array(z.string()).describe("what it is known by"),
      differs: z.array(z.string()).describe("what differs from the board file"),
    })
    .describe("the board file that fits; without name none does"),
  cpu: z.string().optional().describe("file in targets/cpus with the most features that the machine has"),
  system: z.string().optional().describe("file in targets/systems"),
  profile: z.string().optional().describe("file in targets/profiles for its memory"),
});

/** The document of `boardkit probe --json`. */
export const probeReport = z.object({
  schema: z.literal(1),
  host: z.string(),
  hostKey: z.string().optional().describe("fingerprint of a host key that --trust has added"),
  seconds: z.number().describe("of the round trip"),
  machine: machineFacts,
  fit,
});

export type MachineFacts = z.infer<typeof machineFacts>;
export type MachineFit = z.infer<typeof fit>;
export type ProbeReport = z.infer<typeof probeReport>;
