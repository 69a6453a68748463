// pyproject.toml of a Python package that maturin builds.
import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parse } from "smol-toml";
import { z } from "zod";
import { BoardkitError } from "../../lib/errors.ts";

/** The fields that Boardkit reads; maturin takes a name and a version that are missing from Cargo.toml. */
const pyproject = z.object({
  "build-system": z.object({ "build-backend": z.string().optional() }).default({}),
  project: z.object({ name: z.string().optional(), version: z.string().optional(), license: z.unknown().optional() }).default({}),
  tool: z
    .object({
      maturin: z
        .object({ "manifest-path": z.string().optional(), "python-source": z.string().optional(), "module-name": z.string().optional() })
        .default({}),
      boardkit: z.record(z.string(), z.unknown()).default({}),
    })
    .default({ maturin: {}, boardkit: {} }),
});

export type Pyproject = {
  name?: string | undefined;
  version?: string | undefined;
  /** SPDX expression. */
  license?: string | undefined;
  /** Whether maturin builds the package. */
  isMaturin: boolean;
  /** Cargo.toml of the extension module. */
  manifest: string;
  /** Folder of the Python modules beside the extension module; it may not exist. */
  modules: string;
  /** The table `tool.boardkit`. */
  settings: Record<string, unknown>;
};

/** Reads pyproject.toml of a folder; undefined if there is none. */
export function readPyproject(folder: string): Pyproject | undefined {
  const path = join(folder, "pyproject.toml");
  if (!existsSync(path)) return undefined;
  const { "build-system": system, project, tool } = read(path, pyproject);
  const { maturin, boardkit } = tool;
  const backend = system["build-backend"];
  const top = (maturin["module-name"] ?? project.name ?? "").split(".")[0] ?? "";
  return {
    name: project.name,
    version: project.version,
    license: typeof project.license === "string" ? project.license : undefined,
    isMaturin: backend === "maturin",
    manifest: join(folder, maturin["manifest-path"] ?? "Cargo.toml"),
    modules: join(folder, maturin["python-source"] ?? "", top.replaceAll("-", "_")),
    settings: boardkit,
  };
}

const cargoToml = z.object({
  package: z.object({ name: z.string().optional(), version: z.unknown().optional(), license: z.unknown().optional() }).optional(),
});

/** Name, version and licence in the table `package` of a Cargo.toml; without those of its workspace. */
export function readPackageTable(manifest: string): {
  name?: string | undefined;
  version?: string | undefined;
  license?: string | undefined;
} {
  if (!existsSync(manifest)) return {};
  const { package: table } = read(manifest, cargoToml);
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  return { name: table?.name, version: text(table?.version), license: text(table?.license) };
}

function read<T>(path: string, schema: z.ZodType<T>): T {
  try {
    return schema.parse(parse(readFileSync(path, "utf8")));
  } catch (error) {
    throw new BoardkitError(`not a valid ${basename(path)}: ${(error as Error).message}`, {
      code: "BAD_DATA",
      exit: "usage",
      place: path,
      fix: "fix that file",
      cause: error,
    });
  }
}
