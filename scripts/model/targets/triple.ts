// A target: a Rust triple, its lowest CPU, its C library, its names in other tools, and its smoke runs.
import { z } from "zod";
import { gcc, preference } from "./builder-schema.ts";
import { nodes, runtimes } from "./runtime.ts";

const id = z.string().regex(/^[a-z0-9][a-z0-9_.-]*$/);
const toolId = id.describe("id of a file in targets/toolchains");

const cpu = z.string().describe("QEMU's name of the CPU, for example `cortex-a53`");

/** One smoke run: how the addon is executed, on which CPU, and with which stand-in. */
const smokeRun = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("node").describe("load the addon in a real Node of the target and run the project's smoke script"),
    cpu,
    node: toolId,
    sysroot: toolId,
    standsIn: z.string().optional().describe("the stand-in of this run, with the reason"),
  }),
  z.strictObject({
    kind: z.literal("tests").describe("run the project's Rust tests, cross-compiled; only with --rust-tests"),
    cpu,
    sysroot: toolId,
    standsIn: z.string().optional(),
  }),
  z.strictObject({
    kind: z.literal("host").describe("run the project's smoke script with the addon in the host, a JavaScript engine with Node-API"),
    cpu,
    sysroot: toolId,
    standsIn: z.string().optional(),
  }),
]);

const NO_RUN = "nothing would run the addon of this target; add a run of kind node or host";

export const triple = z
  .strictObject({
    $schema: z.string().optional(),
    triple: id.describe("the Rust triple; also the file's name"),
    why: z.string().optional().describe("why this target cannot be built; absent on other targets"),
    arch: z.string().describe("file in targets/architectures"),
    cpu: z
      .strictObject({
        lowest: z.string().describe("file in targets/cpus; the audit checks the addon's instructions against it"),
        rustc: z.string().describe("`-C target-cpu` of rustc"),
        rustcFeatures: z
          .array(z.string().regex(/^[+-]/))
          .default([])
          .describe("`-C target-feature` of rustc, if rustc's target uses more than the lowest CPU has"),
        zig: z.string().describe("`-mcpu` of zig cc, for C code, the C runtime objects and compiler-rt"),
        linkerFlags: z
          .array(z.string().regex(/^-[\w-]+$/))
          .default([])
          .describe("flags of ld.lld and GNU ld for errata of the CPU; zig cc does not take them, so zig links a second time with them"),
      })
      .describe("the lowest CPU that an addon of this target runs on"),
    buildStd: z.string().optional().describe("why Rust's standard library is compiled with the addon even if rustup has a compiled one"),
    libc: z.enum(["glibc", "musl"]),
    glibcFloor: z
      .string()
      .regex(/^2\.\d+$/)
      .optional()
      .describe("newest glibc symbol version that the addon may need; passed to the linker and checked in the file"),
    zigTarget: z.string().describe("zig's name of the target, without the glibc version"),
    gcc,
    builder: preference.optional().describe("the builder that `auto` tries first for this target, and why"),
    napiPlatform: z.string().describe("platform name of napi-rs: `<binary>.<platform>.node`"),
    npm: z.strictObject({
      os: z.literal("linux"),
      cpu: z.string().describe("name of the architecture in npm"),
      libc: z.enum(["glibc", "musl"]),
      byName: z
        .string()
        .optional()
        .describe("why the package is installed only by its name, not as an optional dependency of the root package"),
    }),
    debian: z
      .strictObject({
        architecture: z.string().describe("one of Debian's names of the architecture"),
        variant: z
          .strictObject({ suffix: z.string().regex(/^-[a-z0-9]+$/), why: z.string() })
          .optional()
          .describe("suffix of the package's name, if another target has the same architecture, and the reason"),
      })
      .optional()
      .describe("the .deb of an addon, for targets with glibc"),
    openwrt: z
      .array(z.string().regex(/^(x86_64|aarch64_[a-z0-9-]+|arm_[a-z0-9-]+(_[a-z0-9-]+)?)$/))
      .default([])
      .describe("OpenWrt's architectures (names of its feeds) whose packages contain an addon of this target"),
    python: z
      .strictObject({ runtime: toolId, cpu })
      .optional()
      .describe("a Python of the target that runs its wheel; absent if no registry has one"),
    wheel: z
      .strictObject({
        platform: z.literal("linux").optional().describe("platform tag of the wheel, if manylinux does not know the architecture"),
        auditwheel: z.literal("skip").optional().describe("maturin's `--auditwheel`; Boardkit's audit checks the wheel against its name"),
        notOnPypi: z.string().optional().describe("why PyPI takes no wheel with this name: it is not uploaded there"),
        why: z.string(),
      })
      .optional()
      .describe("how the target's wheels differ from those of other targets with its C library"),
    nodeBelow: z
      .string()
      .regex(/^\d+$/)
      .optional()
      .describe("first Node line without a build for the target: `engines.node` of its package ends there"),
    smoke: z.array(smokeRun, { error: ({ input }) => (input === undefined ? NO_RUN : undefined) }).min(1, NO_RUN),
    runtimes: runtimes.optional().describe("Bun and Deno for the target, in which `--runtimes` runs the smoke script too"),
    nodes: nodes
      .default({ why: "targets/triples names none" })
      .describe("the Nodes that `boardkit deploy` sends to a machine of the target, the usual one first; or why there is none"),
  })
  .refine((value) => (value.libc === "glibc") === (value.glibcFloor !== undefined), {
    path: ["glibcFloor"],
    message: "a glibc target needs a glibcFloor; other targets must not have one",
  });

export type Triple = z.infer<typeof triple>;
export type SmokeRun = z.infer<typeof smokeRun>;
