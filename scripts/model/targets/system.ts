// A system: what is installed on a board. It decides which addons load: C library, its version, libraries, and Node.
import { z } from "zod";
import { provenance } from "./provenance.ts";

export const systemId = z.string().regex(/^[a-z0-9][a-z0-9.-]*$/);

const nodeLine = z.string().regex(/^\d+$/);

export const system = z.strictObject({
  $schema: z.string().optional(),
  id: systemId.describe("also the file's name"),
  name: z.string().describe("for people"),
  libc: z.enum(["glibc", "musl"]),
  libcVersion: z.string().regex(/^\d+\.\d+(\.\d+)?$/),
  targets: z
    .array(z.string())
    .min(1)
    .describe(
      "files in targets/triples: the targets of its builds, and so its float ABI and its lowest CPU; a board's target is one of them",
    ),
  node: z.strictObject({
    newest: nodeLine.describe("newest Node line that runs on the system; a board's file may name an older one"),
    packaged: nodeLine.optional().describe("Node line of its own packages; absent if it has none"),
  }),
  python: z
    .strictObject({
      version: z
        .string()
        .regex(/^3\.\d+$/)
        .describe("of its own package"),
      index: z.url().optional().describe("a further index that its pip asks for wheels"),
    })
    .optional()
    .describe("absent if it has no package of Python"),
  release: z
    .strictObject({
      ids: z.array(z.string()).min(1).describe("`ID` in its /etc/os-release"),
      version: z.string().describe("`VERSION_ID` there, or the parts of it before a dot"),
      file: z.string().optional().describe("a file that tells it from another system with the same os-release"),
    })
    .describe("how `boardkit probe` knows it"),
  install: z.string().describe("the command that installs packages, or what else brings them, before the names: `apt install`"),
  libraries: z.string().describe("file in targets/libraries: what it has, and what its packages add"),
  alpineRelease: z
    .boolean()
    .optional()
    .describe("it has /etc/alpine-release, by which node-gyp-build and pkg-prebuilds know musl; elsewhere they take files for glibc"),
  ...provenance,
});

export type System = z.infer<typeof system>;
