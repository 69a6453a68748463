import { formatBytes, formatTable } from "../lib/reporter.ts";
import type { PackageIndex } from "../model/report/package-index.ts";
import type { ReleaseFile } from "../model/report/release.ts";
import { runStages } from "../stages/pipeline.ts";
import { need } from "../stages/stage.ts";
import type { Define } from "./command.ts";
import { createContext, jsonOption, print, readEpoch, requestOf, type SharedOptions, targetOption } from "./shared.ts";

type Options = Pick<SharedOptions, "target" | "json"> & { untested: boolean };

/** `boardkit package`: npm packages of the built addons, and the files of a release. */
export const definePackage: Define = (command, edge) => {
  command
    .description(
      "pack the tested addons. dist/npm gets a package per platform, and the root package with the loader; dist/release gets these packages, .deb, .ipk, .apk, an SBOM and SHA256SUMS",
    )
    .addOption(targetOption())
    .addOption(jsonOption())
    .option("--untested", "also pack addons that have passed no smoke run", false)
    .action(async (options: Options) => {
      const request = { ...requestOf(options, command, edge), untested: options.untested, epoch: readEpoch(edge.env.SOURCE_DATE_EPOCH) };
      const state = await runStages(["package", "release"], request, createContext({}, edge));
      const [index, release] = [need(state, "packages"), need(state, "release")];
      print(options.json ? JSON.stringify({ ...index, release }, null, 2) : `${describeIndex(index)}\n\n${describeOthers(index, release)}`);
    });
};

/** The files of a release that are not npm packages. */
function describeOthers({ packages }: PackageIndex, release: ReleaseFile[]): string {
  const others = release.filter(({ file }) => packages.every((packed) => packed.file !== file));
  return formatTable(
    ["also in dist/release", "bytes", "sha256"],
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
