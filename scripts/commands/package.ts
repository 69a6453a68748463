import type { Command } from "commander";
import { BoardkitError } from "../lib/errors.ts";
import { formatBytes, formatTable } from "../lib/reporter.ts";
import type { PackageIndex } from "../model/package-index.ts";
import { packageStage, releaseStage, type ReleaseFile } from "../stages/index.ts";
import { createContext, type Edge, jsonOption, print, requestOf, type SharedOptions, targetOption } from "./shared.ts";

type Options = Pick<SharedOptions, "target" | "json"> & { untested: boolean };

/** `boardkit package`: npm packages of what was built, and what a release attaches. */
export function addPackage(program: Command, edge: Edge): void {
  program
    .command("package")
    .description(
      "pack what was built and run: into dist/npm a package a platform, and the root package with the loader; into dist/release these, packages of Debian and OpenWrt, an SBOM and SHA256SUMS",
    )
    .addOption(targetOption())
    .addOption(jsonOption())
    .option("--untested", "pack what no smoke run has passed, too", false)
    .action(async (options: Options, command: Command) => {
      const context = createContext({}, edge);
      const request = requestOf({ ...options, profile: "standard", builder: "auto" }, command, edge);
      const epoch = readEpoch(edge.env.SOURCE_DATE_EPOCH);
      const index = await packageStage(request, options.untested, context);
      const release = await releaseStage(request.cwd, index, { epoch }, context);
      print(options.json ? JSON.stringify({ ...index, release }, null, 2) : `${describeIndex(index)}\n\n${describeOthers(index, release)}`);
    });
}

/** Seconds since 1970 in SOURCE_DATE_EPOCH: https://reproducible-builds.org/specs/source-date-epoch/ */
function readEpoch(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  if (/^\d{1,11}$/.test(text)) return Number(text);
  throw new BoardkitError(`SOURCE_DATE_EPOCH is ${text}, which is no count of seconds`, {
    code: "BAD_DATA",
    exit: "usage",
    fix: "set it to what `git log -1 --format=%ct` prints, say, or leave it out",
  });
}

/** The files of a release that are no npm packages. */
function describeOthers({ packages }: PackageIndex, release: ReleaseFile[]): string {
  const others = release.filter(({ file }) => packages.every((packed) => packed.file !== file));
  return formatTable(
    ["in dist/release besides", "bytes", "sha256"],
    others.map(({ file, bytes, sha256 }) => [file, formatBytes(bytes), sha256.slice(0, 16)]),
  );
}

function describeIndex({ packages }: PackageIndex): string {
  const rows = packages.map(({ name, version, bytes, byName, target, sha256 }) => [
    `${name}@${version}`,
    formatBytes(bytes),
    target ? (byName ? "by its name" : "optional dependency") : "root",
    sha256.slice(0, 16),
  ]);
  return formatTable(["package", "packed", "installed as", "sha256"], rows);
}
