import type { Command } from "commander";
import { formatTable } from "../lib/reporter.ts";
import { matrixStage } from "../stages/index.ts";
import type { CiMatrix } from "../stages/matrix/matrix.ts";
import { createContext, type Edge, print, requestOf, targetOption } from "./shared.ts";

type Options = { target: string[]; check: boolean; tag?: string };

/** `boardkit matrix`: the matrices of CI. */
export function addMatrix(program: Command, edge: Edge): void {
  program
    .command("matrix")
    .description("print the matrices of GitHub Actions for the jobs build, smoke and boards, as one line of JSON")
    .addOption(targetOption())
    .option(
      "--check",
      "print a table instead; fail where a target is shipped that nothing runs, or a Node is asked for that there is not",
      false,
    )
    .option("--tag <tag>", "with --check: fail unless this is the tag of the version, v<version>")
    .action((options: Options, command: Command) => {
      const { check, tag } = options;
      const request = requestOf({ target: options.target, profile: "standard", builder: "auto" }, command, edge);
      const matrix = matrixStage(request, check ? { tag } : undefined, createContext({}, edge));
      print(check ? describeMatrix(matrix) : JSON.stringify(matrix));
    });
}

function describeMatrix({ smoke, boards }: CiMatrix): string {
  const boardsOf = (target: string) => boards.include.find((one) => one.target === target)?.boards ?? "none";
  return formatTable(
    ["target", "smoke", "boards"],
    smoke.include.map(({ target, runs }) => [target, runs, boardsOf(target)]),
  );
}
