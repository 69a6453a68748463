// The commands below `boardkit dev`: they need the sources and the devDependencies of this repo.
import type { Define } from "../../commands/command.ts";
import { addBuiltinSizes } from "./builtin-sizes.ts";
import { addBundle } from "./bundle.ts";
import { addLoader } from "./loader.ts";
import { addBenchAudit } from "./bench-audit.ts";
import { addBenchHost } from "../node-api/bench-host.ts";
import { addBenchBuiltins } from "../../../bindings/checks/commands/bench-builtins.ts";
import { addBenchCache } from "../../../bindings/checks/commands/bench-cache.ts";
import { addBenchCorpus } from "../../../bindings/checks/commands/bench-corpus.ts";
import { addBenchEngine } from "../../../bindings/checks/commands/bench-engine.ts";
import { addBenchLoad } from "../../../bindings/checks/commands/bench-load.ts";
import { addBenchPython } from "../../../bindings/checks/commands/bench-python.ts";
import { addCheckErrors } from "../../../bindings/checks/commands/check-errors.ts";
import { addCheckFormat } from "../../../bindings/checks/commands/check-format.ts";
import { addCheckTrees } from "../../../bindings/checks/commands/check-trees.ts";
import { addHttpSend } from "../../../bindings/checks/commands/http-send.ts";
import { addConformance } from "../../../bindings/checks/commands/conformance.ts";
import { addCorpus } from "../../../bindings/checks/commands/corpus.ts";
import { addDifferential } from "../../../bindings/checks/commands/differential.ts";
import { addExportedNames } from "./exported-names.ts";
import { addForeign } from "./foreign.ts";
import { addFuzzEngine } from "../../../bindings/checks/commands/fuzz-engine.ts";
import { addFuzz } from "./fuzz.ts";
import { addGenerate } from "./generate.ts";
import { addLimits } from "../../../bindings/checks/commands/limits.ts";
import { addPicture } from "./picture.ts";
import { addPopular } from "./popular.ts";
import { addNodeApi } from "../node-api/node-api.ts";
import { addPublished } from "./published.ts";
import { addSystems } from "./systems.ts";
import { addTestDeploy } from "../deploy-crash/test-deploy.ts";
import { addTestDebian } from "./test-debian.ts";
import { addTestDeep } from "./test-deep.ts";
import { addTestGuides } from "./test-guides.ts";
import { addTestInstall } from "./test-install.ts";
import { addTestPython } from "./test-python.ts";
import { addTestWorkflows } from "../workflows/test-workflows.ts";
import { addTimings } from "./timings.ts";
import { addTest } from "./test.ts";
import { addVersion } from "../versions/version.ts";

const all = [
  addTest,
  addTestDeep,
  addTestInstall,
  addTestDebian,
  addTestDeploy,
  addTestGuides,
  addTestWorkflows,
  addForeign,
  addTestPython,
  addFuzz,
  addFuzzEngine,
  addPublished,
  addPopular,
  addNodeApi,
  addBenchAudit,
  addBenchHost,
  addBenchBuiltins,
  addBenchCache,
  addBenchCorpus,
  addBenchEngine,
  addBenchLoad,
  addBenchPython,
  addConformance,
  addCheckErrors,
  addCheckFormat,
  addCheckTrees,
  addHttpSend,
  addCorpus,
  addDifferential,
  addLimits,
  addGenerate,
  addPicture,
  addLoader,
  addSystems,
  addExportedNames,
  addTimings,
  addBundle,
  addBuiltinSizes,
  addVersion,
];

/** `boardkit dev`: the checks, benchmarks and generators of this repo. */
export const defineDev: Define = (command, edge) => {
  for (const add of all) add(command, edge);
};
