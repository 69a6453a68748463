import type { Command } from "commander";
import { BoardkitError } from "../lib/errors.ts";
import { verifyStage, type VerifyReport } from "../stages/index.ts";
import { createContext, type Edge, jsonOption, print, requestOf } from "./shared.ts";

type Verified = VerifyReport["packages"][number];

/** `boardkit verify`: whether packages are what the source gives. */
export function addVerify(program: Command, edge: Edge): void {
  program
    .command("verify")
    .description("build packages again from the source that is checked out, and tell whether they are the same, byte for byte")
    .argument("<package...>", "packed npm packages (.tgz), or folders of installed ones")
    .option("--built", "compare with what dist/ holds, instead of building anew", false)
    .addOption(jsonOption())
    .action(async (paths: string[], { built, json }: { built: boolean; json: boolean }, command: Command) => {
      const request = requestOf({ target: [], profile: "standard", builder: "auto" }, command, edge);
      const report = await verifyStage(request, paths, built, createContext({}, edge));
      print(json ? JSON.stringify(report, null, 2) : describe(report));
      const differing = report.packages.filter(({ same }) => !same).length;
      if (differing === 0) return;
      throw new BoardkitError(`${differing} of ${report.packages.length} packages are not what this source gives`, {
        code: "NOT_REPRODUCED",
        fix: "what differs stands above; with the tools that a package names, the same commit gives the same bytes",
      });
    });
}

function describe({ packages, notVerified }: VerifyReport): string {
  return [...packages.flatMap(describePackage), ...notVerified.map((text) => `not verified: ${text}`)].join("\n");
}

function describePackage({ name, version, path, same, given, rebuilt, differences, tools }: Verified): string[] {
  const head = `${same ? "✓" : "✗"} ${name}@${version} ${path}`;
  if (same) return [`${head}: ${given ? `the same bytes, sha256 ${given}` : `the same files; packed, they have the sha256 ${rebuilt}`}`];
  return [
    `${head}:`,
    ...differences.flatMap(({ file, details }) => [`    ${file}`, ...details.map((line) => `      ${line}`)]),
    ...tools.map((tool) => `    ${tool.what}: ${tool.given} in the package, ${tool.here} here`),
    ...(tools.length === 0 ? ["    the tools are those that the package names"] : []),
  ];
}
