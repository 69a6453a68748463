import { BoardkitError } from "../lib/errors.ts";
import type { Verified, VerifyReport } from "../model/report/verify-report.ts";
import { runStages } from "../stages/pipeline.ts";
import { need } from "../stages/stage.ts";
import type { Define } from "./command.ts";
import { createContext, jsonOption, print, requestOf } from "./shared.ts";

/** `boardkit verify`: whether a build of the source reproduces packages. */
export const defineVerify: Define = (command, edge) => {
  command
    .description("build packages again from the checked-out source, and compare them byte for byte")
    .argument("<package...>", "packed npm packages (.tgz), folders of installed ones, wheels (.whl) or sdists (.tar.gz)")
    .option("--built", "compare with the existing dist/, instead of a new build", false)
    .addOption(jsonOption())
    .action(async (paths: string[], { built, json }: { built: boolean; json: boolean }) => {
      const request = { ...requestOf({}, command, edge), verify: { paths, built } };
      const report = need(await runStages(["verify"], request, createContext({}, edge)), "verified");
      print(json ? JSON.stringify(report, null, 2) : describe(report));
      const differing = report.packages.filter(({ same }) => !same).length;
      if (differing === 0) return;
      throw new BoardkitError(`${differing} of ${report.packages.length} packages differ from a build of this source`, {
        code: "NOT_REPRODUCED",
        fix: "the differences are above; build the same commit with the tools that the package names",
      });
    });
};

function describe({ packages, notVerified }: VerifyReport): string {
  return [...packages.flatMap(describePackage), ...notVerified.map((text) => `not verified: ${text}`)].join("\n");
}

function describePackage({ name, version, path, same, given, rebuilt, differences, tools }: Verified): string[] {
  const head = `${same ? "✓" : "✗"} ${name}@${version} ${path}`;
  if (same) return [`${head}: ${given ? `the same bytes, sha256 ${given}` : `the same files; their packed sha256 is ${rebuilt}`}`];
  return [
    `${head}:`,
    ...differences.flatMap(({ file, details }) => [`    ${file}`, ...details.map((line) => `      ${line}`)]),
    ...tools.map((tool) => `    ${tool.what}: ${tool.given} in the package, ${tool.here} here`),
    ...(tools.length === 0 ? ["    the tools are those that the package names"] : []),
  ];
}
