// A tool, sysroot, Node, other runtime or kernel that set-up fetches: its sources and the files that it provides.
import { z } from "zod";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const hostArch = z.enum(["x64", "arm64"]);

/** A source of a toolchain. Downloads are verified: by hashes from PyPI, npm, Go modules and crates.io, by apt's signatures from Debian. */
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
    kind: z.literal("go").describe("a program that Go compiles; Go is a toolchain too"),
    module: z.string(),
    package: z.string().describe("path of the program in the module"),
    version: z.string(),
    sum: z.string().regex(/^h1:/).describe("hash of the module, as in go.sum; the module's own go.sum has the hashes of its dependencies"),
  }),
  z.strictObject({
    kind: z.literal("cargo").describe("a program from crates.io that cargo compiles with the versions of its own Cargo.lock"),
    package: z.string(),
    version: z.string(),
  }),
  z.strictObject({
    kind: z.literal("crate").describe("the source of a crate from crates.io, for C code in it; it is not compiled"),
    package: z.string(),
    version: z.string(),
    sha256: sha256.describe("of the .crate file, as in a Cargo.lock"),
  }),
  z.strictObject({
    kind: z.literal("debian"),
    suite: z.enum(["bookworm", "trixie", "forky"]),
    packages: z.array(z.string()).min(1).describe("names, with `:architecture` if it is not the host's"),
    dependencies: z
      .enum(["all", "direct"])
      .optional()
      .describe("dependencies to fetch too: `all` down to the C library, or `direct` ones, as for the metapackage of a kernel"),
  }),
  z.strictObject({
    kind: z.literal("musl").describe("musl, compiled by zig from Debian's source package, for a CPU without a binary package"),
    suite: z.enum(["bookworm", "trixie", "forky"]),
    arch: z.string().describe("folder of the architecture in musl's sources"),
    zigTarget: z.string(),
    zigCpu: z.string(),
    loaders: z.array(z.string()).min(1).describe("names in lib/ for the dynamic loader, which is libc.so"),
  }),
]);

export const toolchain = z.strictObject({
  $schema: z.string().optional(),
  id: z.string().describe("also the file's name"),
  role: z.enum(["tool", "sysroot", "node", "runtime", "kernel"]),
  version: z.string().describe("version, or for Debian packages the suite that fixes it"),
  why: z.string().optional().describe("reason for this toolchain or version"),
  sources: z.array(source).min(1).describe("the first reachable source is used"),
  links: z.record(z.string(), z.string()).default({}).describe("symbolic links to add: path to link target, in which `*` matches one name"),
  executable: z.array(z.string()).default([]).describe("globs of files that get the execute bit, which wheels lose"),
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
    .describe("for a sysroot: libraries that complete its C library under the emulator, compiled into lib/ and preloaded"),
  kernel: z
    .strictObject({
      modules: z.array(z.string()).min(1).describe("modules that the disks need, each after those that it depends on"),
      guest: z
        .array(z.string())
        .optional()
        .describe("further modules for a guest of the tests, in the same order: a network, and a root that can be written"),
      dtbs: z.array(z.string()).default([]).describe("device trees of its package that boards name"),
    })
    .optional()
    .describe("for a kernel: the files to keep of Debian's packages"),
  provides: z.record(z.string(), z.string()).describe("name to path in the unpacked folder"),
});

export type Source = z.infer<typeof source>;
export type Toolchain = z.infer<typeof toolchain>;
