import type { Command } from "commander";
import { formatBytes, formatTable } from "../lib/reporter.ts";
import type { PackageIndex } from "../model/package-index.ts";
import { packageStage } from "../pipeline/index.ts";
import { createContext, type Edge, jsonOption, print, requestOf, type SharedOptions, targetOption } from "./shared.ts";

type Options = Pick<SharedOptions, "target" | "json"> & { untested: boolean };

/** `boardkit package`: npm packages of what was built. */
export function addPackage(program: Command, edge: Edge): void {
  program
    .command("package")
    .description("pack what was built and run into dist/npm: a package a platform, and the root package with the loader")
    .addOption(targetOption())
    .addOption(jsonOption())
    .option("--untested", "pack what no smoke run has passed, too", false)
    .action(async (options: Options, command: Command) => {
      const request = requestOf({ ...options, profile: "standard", builder: "auto" }, command, edge);
      const index = await packageStage(request, options.untested, createContext({}, edge));
      print(options.json ? JSON.stringify(index, null, 2) : describeIndex(index));
    });
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
