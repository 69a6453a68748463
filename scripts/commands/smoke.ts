import type { HostNode } from "../emulate/native.ts";
import { runStages } from "../stages/pipeline.ts";
import { need } from "../stages/stage.ts";
import type { Define } from "./command.ts";
import { failOnSmoke } from "./output/failures.ts";
import { describeTable } from "./output/table.ts";
import {
  addPoolOptions,
  createContext,
  type Extras,
  extrasOf,
  jsonOption,
  print,
  requestOf,
  runtimesOption,
  rustTestsOption,
  type SharedOptions,
  targetOption,
} from "./shared.ts";

type Options = Pick<SharedOptions, "target" | "json" | "jobs" | "force"> & Extras & { addon?: string; native: boolean };

/** `boardkit smoke`: runs built addons under QEMU. */
export const defineSmoke: Define = (command, edge) => {
  addPoolOptions(command.addOption(targetOption()).addOption(jsonOption()))
    .addOption(rustTestsOption())
    .addOption(runtimesOption())
    .option("--native", "also run in the Node of this machine, without QEMU, if it is one of the target", false)
    .option("--addon <file>", "a .node file, instead of the built one; requires one --target")
    .action(async (options: Options) => {
      const { addon, native } = options;
      const extras = { ...extrasOf(options), ...(addon ? { addon } : {}), ...(native ? { native: hostNode() } : {}) };
      const request = { ...requestOf(options, command, edge), ...extras };
      const tested = need(await runStages(["smoke"], request, createContext(options, edge)), "tested");
      print(options.json ? JSON.stringify({ schema: 2, targets: tested }, null, 2) : describeTable(tested, []));
      failOnSmoke(tested);
    });
};

/** The Node that runs this program. */
function hostNode(): HostNode {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  return { node: process.execPath, arch: process.arch, glibc: header.glibcVersionRuntime };
}
