// The libraries of a system: those that it has, and the packages that bring others.
import { z } from "zod";
import { provenance } from "./provenance.ts";
import { systemId } from "./system.ts";

const soname = z.string().regex(/^[^/\s]+\.so[^/\s]*$/);

export const libraries = z.strictObject({
  $schema: z.string().optional(),
  id: systemId.describe("also the file's name"),
  why: z.string().optional(),
  base: systemId
    .optional()
    .describe(
      "file in targets/libraries whose libraries and packages these add to; another version of a library here replaces the one there",
    ),
  debian: z
    .strictObject({
      suite: z.enum(["bookworm", "trixie"]),
      installed: z.array(z.string()).default([]).describe("packages of an installation, besides those that every Debian has"),
    })
    .optional()
    .describe(
      "`boardkit dev systems` writes `present`, `versions` and, without a base, `packages` from the packages of this release of Debian",
    ),
  present: z
    .array(soname)
    .describe("sonames of an installation that has Node, in its usual small form: those of the C library too, and those that Node needs"),
  versions: z
    .record(soname, z.array(z.string().regex(/^\w+_[\d.]+$/)))
    .default({})
    .describe("highest symbol version of each kind that a library defines, for libraries whose versions grow: `GLIBCXX_3.4.30`"),
  packages: z.record(z.string(), z.array(soname)).default({}).describe("the sonames that each package brings"),
  complete: z
    .boolean()
    .describe("`packages` has every library that can be installed; else it has the usual ones, and another one may exist"),
  ...provenance,
});

/** A file of targets/libraries. */
export type Libraries = z.infer<typeof libraries>;
