import { formatTable } from "../lib/reporter.ts";
import { readProject } from "../model/project.ts";
import { chooseTargets } from "../stages/plan/choose.ts";
import { checkMatrix } from "../stages/matrix/check.ts";
import { makeMatrix, type CiMatrix } from "../stages/matrix/matrix.ts";
import type { Define } from "./command.ts";
import { createContext, print, requestOf, targetOption } from "./shared.ts";

type Options = { target: string[]; check: boolean; tag?: string };

/** `boardkit matrix`: the matrices of CI. */
export const defineMatrix: Define = (command, edge) => {
  command
    .description("print the matrices for the GitHub Actions jobs build, smoke and boards, as one line of JSON")
    .addOption(targetOption())
    .option("--check", "print a table instead; fail if no job runs a shipped target, or if a required Node does not exist", false)
    .option("--tag <tag>", "with --check: fail unless the tag is v<version>")
    .action(({ target, check, tag }: Options) => {
      const context = createContext({}, edge);
      const request = requestOf({ target }, command, edge);
      const project = readProject(request.cwd);
      const shipped = chooseTargets(project, request, context).filter(({ why }) => !why);
      if (check) checkMatrix(context.registry, project, shipped, tag);
      const matrix = makeMatrix(context.registry, project, shipped);
      print(check ? describeMatrix(matrix) : JSON.stringify(matrix));
    });
};

function describeMatrix({ smoke, boards }: CiMatrix): string {
  const boardsOf = (target: string) => boards.include.find((entry) => entry.target === target)?.boards ?? "none";
  return formatTable(
    ["target", "smoke", "boards"],
    smoke.include.map(({ target, runs }) => [target, runs, boardsOf(target)]),
  );
}
