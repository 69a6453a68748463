// A tool, sysroot or Node that set-up fetches: one file, one thing, with where it comes from and what it provides.
import { z } from "zod";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const hostArch = z.enum(["x64", "arm64"]);

/** Where a thing comes from. What the place can vouch for is verified: hashes of PyPI and npm files and Go modules, apt's signatures. */
const source = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("pypi"),
    package: z.string(),
    version: z.string(),
    platform: z.string().describe("pip's platform tag"),
    sha256,
    host: hostArch.optional().describe("only for hosts of this architecture"),
  }),
  z.strictObject({
    kind: z.literal("npm"),
    package: z.string(),
    version: z.string(),
    integrity: z.string().regex(/^sha512-/),
  }),
  z.strictObject({
    kind: z.literal("go").describe("a program that Go, which is a toolchain of its own, compiles"),
    module: z.string(),
    package: z.string().describe("path of the program in the module"),
    version: z.string(),
    sum: z.string().regex(/^h1:/).describe("hash of the module, as go.sum has it; the go.sum in it has those of what it depends on"),
  }),
  z.strictObject({
    kind: z.literal("cargo").describe("a program that cargo compiles, from crates.io, with the versions of its own Cargo.lock"),
    package: z.string(),
    version: z.string(),
  }),
  z.strictObject({
    kind: z.literal("debian"),
    suite: z.enum(["bookworm", "trixie", "forky"]),
    packages: z.array(z.string()).min(1).describe("names, with `:architecture` where it is not the host's"),
    dependencies: z
      .enum(["all", "direct"])
      .optional()
      .describe("also what they depend on: `all` down to the C library; `direct` as a kernel's metapackage names the newest kernel"),
  }),
  z.strictObject({
    kind: z.literal("musl").describe("musl, compiled by zig from Debian's source package for a CPU that no package serves"),
    suite: z.enum(["bookworm", "trixie", "forky"]),
    arch: z.string().describe("folder of the architecture in musl's sources"),
    zigTarget: z.string(),
    zigCpu: z.string(),
    loaders: z.array(z.string()).min(1).describe("names below lib/ under which libc.so is also the dynamic loader"),
  }),
]);

export const toolchain = z.strictObject({
  $schema: z.string().optional(),
  id: z.string().describe("also the file's name"),
  role: z.enum(["tool", "sysroot", "node", "kernel"]),
  version: z.string().describe("version, or for Debian packages the suite that fixes it"),
  why: z.string().optional().describe("why just this one"),
  sources: z.array(source).min(1).describe("the first that can be reached wins"),
  links: z
    .record(z.string(), z.string())
    .default({})
    .describe("symbolic links to add: path to what it points at, where `*` stands for what one name has there"),
  executable: z.array(z.string()).default([]).describe("files that get the execute bit, which wheels lose; globs"),
  preload: z
    .strictObject({
      sources: z
        .array(z.string().regex(/^[a-z-]+\.c$/))
        .min(1)
        .describe("C files in scripts/target-side/preload"),
      zigTarget: z.string(),
      zigCpu: z.string(),
    })
    .optional()
    .describe("for a sysroot: what its C library lacks under the emulator, compiled into lib/ and loaded before the program"),
  kernel: z
    .strictObject({
      modules: z.array(z.string()).min(1).describe("modules that are loaded before the disks are there, each after those that it needs"),
      dtbs: z.array(z.string()).default([]).describe("device trees of its package that boards name"),
    })
    .optional()
    .describe("for a kernel: what is kept of Debian's packages"),
  provides: z.record(z.string(), z.string()).describe("name to path inside the unpacked folder"),
});

export type Source = z.infer<typeof source>;
export type Toolchain = z.infer<typeof toolchain>;
