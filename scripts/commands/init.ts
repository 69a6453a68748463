import { relative } from "node:path";
import { InvalidArgumentError } from "commander";
import { applyChanges, describeChanges, planInit } from "../stages/init/init.ts";
import type { Define } from "./command.ts";
import { createContext, folderOf, print, targetOption } from "./shared.ts";

type Options = { target: string[]; ref?: string; dryRun: boolean };

/** `boardkit init`: adds Boardkit's workflow and settings to a napi-rs project. */
export const defineInit: Define = (command, edge) => {
  command
    .description("add Boardkit to a napi-rs project: write its workflow and package.json, and show the diff")
    .addOption(targetOption("the targets of napi.targets; others are added to that list"))
    .option("--ref <ref>", "tag or commit of Boardkit's repo, for its workflows; default: the tag of this version", parseRef)
    .option("--dry-run", "show the diff and write nothing", false)
    .action(async ({ target, ref, dryRun }: Options) => {
      const cwd = folderOf(command);
      const { registry, reporter } = createContext({}, edge);
      const plan = planInit(cwd, { targets: target, ...(ref ? { ref } : {}) }, registry);
      if (plan.changes.length === 0) return reporter.skipped("init", cwd, "every file is up to date");
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
  throw new InvalidArgumentError("expected a tag, a branch or a commit.");
}
