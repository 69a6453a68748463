// A target: a Rust triple, the lowest CPU it promises, its C library, its names elsewhere, and how it is smoke-tested.
import { z } from "zod";
import { gcc, preference } from "./builder-schema.ts";

const id = z.string().regex(/^[a-z0-9][a-z0-9_.-]*$/);
const toolId = id.describe("id of a file in targets/toolchains");

const cpu = z.string().describe("CPU as QEMU names it, e.g. `cortex-a53`");

/** One smoke run: how the addon is executed, at which CPU, and what stands in for the real thing. */
const smokeRun = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("node").describe("load the addon in a real Node of the target and run the project's smoke script"),
    cpu,
    node: toolId,
    sysroot: toolId,
    standsIn: z.string().optional().describe("what is not the real thing in this run, and why"),
  }),
  z.strictObject({
    kind: z.literal("tests").describe("run the project's Rust tests, cross-compiled"),
    cpu,
    sysroot: toolId,
    standsIn: z.string().optional(),
  }),
  z.strictObject({
    kind: z.literal("probe").describe("load and register the addon in the probe host, a small C program with the Node-API names"),
    cpu,
    sysroot: toolId,
    standsIn: z.string().optional(),
  }),
]);

const NOBODY_RUNS = "nothing would run what is shipped for this target; name a run of kind node, tests or probe";

export const triple = z
  .strictObject({
    $schema: z.string().optional(),
    triple: id.describe("the Rust triple; also the file's name"),
    why: z.string().optional().describe("why this target cannot be built; present only on targets that cannot"),
    arch: z.string().describe("file in targets/architectures"),
    cpu: z
      .strictObject({
        lowest: z.string().describe("file in targets/cpus: what the audit holds the addon's instructions to"),
        rustc: z.string().describe("`-C target-cpu` of rustc"),
        rustcFeatures: z
          .array(z.string().regex(/^[+-]/))
          .default([])
          .describe("`-C target-feature` of rustc, where its target uses more than the lowest CPU has"),
        zig: z.string().describe("`-mcpu` of zig cc, for the C code, the C runtime objects and compiler-rt"),
        linkerFlags: z
          .array(z.string().regex(/^-[\w-]+$/))
          .default([])
          .describe("flags of ld.lld and GNU ld for faults of the CPU; zig cc does not take them, so zig links once more with them"),
      })
      .describe("the lowest CPU that an addon of this target runs on"),
    buildStd: z.string().optional().describe("why Rust's standard library is compiled with the addon even where rustup has a compiled one"),
    libc: z.enum(["glibc", "musl"]),
    glibcFloor: z
      .string()
      .regex(/^2\.\d+$/)
      .optional()
      .describe("the newest glibc symbol version that the addon may need; reaches the linker and is checked on the file"),
    zigTarget: z.string().describe("the target as zig names it, without the glibc version"),
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
        .describe("why the package is installed by its name only, and is not among the optional dependencies of the root package"),
    }),
    debian: z
      .strictObject({
        architecture: z.string().describe("one of Debian's names of the architecture"),
        variant: z
          .strictObject({ suffix: z.string().regex(/^-[a-z0-9]+$/), why: z.string() })
          .optional()
          .describe("why the package has a name of its own, and what that ends in: another target has the architecture too"),
      })
      .optional()
      .describe("the .deb of an addon, for the targets with glibc"),
    openwrt: z
      .array(z.string().regex(/^(x86_64|aarch64_[a-z0-9-]+|arm_[a-z0-9-]+(_[a-z0-9-]+)?)$/))
      .default([])
      .describe("architectures of OpenWrt, as it names its feeds, whose packages hold an addon of this target"),
    python: z
      .strictObject({ runtime: toolId, cpu })
      .optional()
      .describe("a Python of the target, in which a wheel is run; left out where no registry serves one"),
    wheel: z
      .strictObject({
        platform: z.literal("linux").optional().describe("what the name of a wheel promises where manylinux does not know the machine"),
        auditwheel: z.literal("skip").optional().describe("maturin's `--auditwheel`; Boardkit's own audit holds the wheel to its name"),
        why: z.string(),
      })
      .optional()
      .describe("how wheels of the target are not like those of the others with its C library"),
    nodeBelow: z
      .string()
      .regex(/^\d+$/)
      .optional()
      .describe("first Node line that is not published for it: `engines.node` of its package ends there"),
    smoke: z.array(smokeRun, { error: ({ input }) => (input === undefined ? NOBODY_RUNS : undefined) }).min(1, NOBODY_RUNS),
  })
  .refine((value) => (value.libc === "glibc") === (value.glibcFloor !== undefined), {
    path: ["glibcFloor"],
    message: "a glibc target has a glibcFloor, and no other has one",
  });

export type Triple = z.infer<typeof triple>;
export type SmokeRun = z.infer<typeof smokeRun>;
