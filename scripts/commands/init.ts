import { relative } from "node:path";
import { InvalidArgumentError } from "commander";
import { applyChanges, describeChanges, planInit } from "../stages/init/init.ts";
import type { Define } from "./command.ts";
import { createContext, folderOf, print, targetOption } from "./shared.ts";

type Options = { target: string[]; ref?: string; dryRun: boolean };

/** `boardkit init`: a napi-rs project gets the workflow and the settings of Boardkit. */
export const defineInit: Define = (command, edge) => {
  command
    .description("add Boardkit to a napi-rs project: write its workflow and package.json, and show the diff")
    .addOption(targetOption("those of napi.targets; others are added to it"))
    .option("--ref <ref>", "tag or commit of Boardkit's repo whose workflows are called; default: the tag of this version", parseRef)
    .option("--dry-run", "show the diff and write nothing", false)
    .action(async ({ target, ref, dryRun }: Options) => {
      const cwd = folderOf(command);
      const { registry, reporter } = createContext({}, edge);
      const plan = planInit(cwd, { targets: target, ...(ref ? { ref } : {}) }, registry);
      if (plan.changes.length === 0) return reporter.skipped("init", cwd, "every file is as init would write it");
      print(describeChanges(plan));
      const names = plan.changes.map(({ path }) => relative(plan.repo, path)).join(", ");
      if (dryRun) return reporter.skipped("init", names, "--dry-run");
      const started = performance.now();
      await applyChanges(plan.changes);
      reporter.done("init", names, (performance.now() - started) / 1000);
      for (const note of plan.notes) reporter.note(note);
    });
};

function parseRef(value: string): string {
  if (/^[\w./-]+$/.test(value)) return value;
  throw new InvalidArgumentError("it is a tag, a branch or a commit.");
}
