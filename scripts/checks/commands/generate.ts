import { existsSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Command } from "commander";
import { parse } from "yaml";
import { withLimits } from "../../../bindings/checks/profiles/limits.ts";
import { generateBindingProfiles, generatePythonProfiles } from "../../../bindings/checks/profiles/modules.ts";
import { generateProfilesPage } from "../../../bindings/checks/profiles/page.ts";
import { commands } from "../../commands/index.ts";
import { createWholeProgram } from "../../commands/program/program.ts";
import { generateRuleFiles, readRules } from "../generate/audit-rules.ts";
import { BUILTIN_SIZES, type BuiltinSizes } from "../generate/builtin-sizes.ts";
import { BUILTIN_ROWS, generateBuiltinsPage } from "../generate/builtins-page.ts";
import { generateCliPage } from "../generate/cli-page.ts";
import { generateBoardsPage } from "../generate/boards-page.ts";
import { generateCiPage, type WorkflowInputs } from "../generate/ci-page.ts";
import { readForeign } from "../foreign/list.ts";
import { generateForeignPage } from "../foreign/page.ts";
import { readResults } from "../foreign/results.ts";
import { generatePopularPage } from "../popular/page.ts";
import { readResult } from "../popular/result.ts";
import { generateEmbedded } from "../generate/embedded.ts";
import { generateReadme } from "../generate/readme.ts";
import { generateSchemas } from "../generate/schemas.ts";
import { generateSettingsPage } from "../generate/settings-page.ts";
import { BoardkitError } from "../../lib/errors.ts";
import { packageRoot } from "../../lib/paths.ts";
import { readPackageJson, readProject } from "../../model/project.ts";
import { print } from "../../commands/shared.ts";
import type { Edge } from "../../commands/command.ts";
import { loadRegistry } from "../../model/read-registry.ts";

/** `boardkit dev generate`: writes the generated files of this repo; `--check` only compares. */
export function addGenerate(program: Command, edge: Edge): void {
  program
    .command("generate")
    .description(
      "write the generated files of this repo: schemas, lists of audit rules, tables and pages of docs, the profiles of the bindings",
    )
    .option("--check", "write nothing; fail if a file is not up to date", false)
    .action(async (options: { check: boolean }) => {
      const registry = loadRegistry();
      const rules = await readRules();
      const popular = readResult();
      const profiles = withLimits(registry.profiles.values());
      const texts = {
        ...generateSchemas(rules.map(({ id }) => id)),
        ...generateRuleFiles(rules),
        "docs/boards.md": generateBoardsPage(registry),
        "docs/ci.md": generateCiPage(registry, readProject(packageRoot), readPackageJson(packageRoot).version ?? "", {
          "addon.yml": readInputs("addon.yml"),
          "publish.yml": readInputs("publish.yml"),
        }),
        "README.md": generateReadme(readFileSync(join(packageRoot, "README.md"), "utf8"), registry),
        "docs/embedded.md": generateEmbedded(readFileSync(join(packageRoot, "docs/embedded.md"), "utf8")),
        "docs/builtins.md": generateBuiltinsPage(
          readFileSync(join(packageRoot, BUILTIN_ROWS), "utf8"),
          JSON.parse(readFileSync(join(packageRoot, BUILTIN_SIZES), "utf8")) as BuiltinSizes,
        ),
        "docs/cli.md": generateCliPage(await createWholeProgram(commands, edge)),
        "docs/profiles.md": generateProfilesPage(profiles),
        "docs/foreign-projects.md": generateForeignPage(
          readFileSync(join(packageRoot, "docs/foreign-projects.md"), "utf8"),
          await readForeign([]),
          readResults(),
        ),
        ...(popular ? { "docs/popular.md": generatePopularPage(popular) } : {}),
        "docs/settings.md": generateSettingsPage(),
        "bindings/node/ts/profiles.ts": generateBindingProfiles(profiles),
        "bindings/python/python/boardkit_grid/_profiles.py": generatePythonProfiles(profiles),
      };
      const files = Object.entries(texts).map(([name, text]) => ({ path: join(packageRoot, name), text }));
      const stale = files.filter(({ path, text }) => !existsSync(path) || readFileSync(path, "utf8") !== text);
      if (options.check && stale.length > 0) {
        throw new BoardkitError(`not up to date: ${stale.map((file) => file.path).join(", ")}`, {
          code: "GENERATED_STALE",
          fix: "run: npx boardkit dev generate",
        });
      }
      for (const { path, text } of stale) {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, text);
      }
      print(`${files.length} files, ${options.check ? "all up to date" : `${stale.length} written`}`);
    });
}

/** The inputs of a reusable workflow of this repo. */
function readInputs(name: string): WorkflowInputs {
  const text = readFileSync(join(packageRoot, ".github/workflows", name), "utf8");
  return (parse(text) as { on: { workflow_call: { inputs: WorkflowInputs } } }).on.workflow_call.inputs;
}
