import { Option } from "commander";
import { BoardkitError } from "../lib/errors.ts";
import { registryNames, type PythonRegistry, type RegistryName } from "../model/report/publication.ts";
import { cargoHome } from "../tools/rust/rust.ts";
import { runStages } from "../stages/pipeline.ts";
import type { Define } from "./command.ts";
import { createContext, requestOf } from "./shared.ts";

/** `boardkit publish`: publishes dist/npm to npm's configured registry, dist/pypi to PyPI or another index, and crates. */
export const definePublish: Define = (command, edge) => {
  command
    .description(
      "publish the packages of dist/npm, the root package last, the wheels and the sdist of dist/pypi, and the crates that the settings name; skip those that the registry already has",
    )
    .addOption(
      new Option("--to <registries...>", "only to these registries").choices(registryNames).default([], "those of the packed packages"),
    )
    .option("--dry-run", "compare with the registries, and publish nothing", false)
    .argument("[options...]", "options for npm after --, for example: -- --tag next")
    .action(async (npmOptions: string[], { to, dryRun }: { to: RegistryName[]; dryRun: boolean }) => {
      const pypi = readIndex(edge.env);
      const crates = { name: edge.env.CARGO_REGISTRY_DEFAULT || "crates-io", home: cargoHome(edge.env) };
      const publish = { registries: to, dryRun, crates, ...(pypi ? { pypi } : {}) };
      await runStages(["publish"], { ...requestOf({}, command, edge), npmOptions, publish }, createContext({}, edge));
    });
};

/** Another index than PyPI, by the variables of uv. */
function readIndex({ UV_PUBLISH_URL: upload, UV_PUBLISH_CHECK_URL: index }: NodeJS.ProcessEnv): PythonRegistry | undefined {
  if (upload && index) return { upload, index };
  if (!upload && !index) return undefined;
  throw new BoardkitError(`${upload ? "UV_PUBLISH_CHECK_URL" : "UV_PUBLISH_URL"} is not set`, {
    code: "BAD_DATA",
    exit: "usage",
    fix: "another index than PyPI needs both: UV_PUBLISH_URL takes files, and UV_PUBLISH_CHECK_URL is what pip gets as --index-url",
  });
}
