// The commands of Boardkit's own repo: they need its devDependencies, and its sources.
import { addBenchAudit } from "./bench-audit.ts";
import { addBenchCache } from "./bench-cache.ts";
import { addBenchCorpus } from "./bench-corpus.ts";
import { addBenchEngine } from "./bench-engine.ts";
import { addBenchLoad } from "./bench-load.ts";
import { addBenchPython } from "./bench-python.ts";
import { addCheckErrors } from "./check-errors.ts";
import { addConformance } from "./conformance.ts";
import { addCorpus } from "./corpus.ts";
import { addDifferential } from "./differential.ts";
import { addForeign } from "./foreign.ts";
import { addFuzzEngine } from "./fuzz-engine.ts";
import { addFuzz } from "./fuzz.ts";
import { addGenerate } from "./generate.ts";
import { addLimits } from "./limits.ts";
import { addPublished } from "./published.ts";
import { addTestDebian } from "./test-debian.ts";
import { addTestDeep } from "./test-deep.ts";
import { addTestGuides } from "./test-guides.ts";
import { addTestInstall } from "./test-install.ts";
import { addTestPython } from "./test-python.ts";
import { addTest } from "./test.ts";

/** All of them. */
export const ownCommands = [
  addTest,
  addTestDeep,
  addTestInstall,
  addTestDebian,
  addTestGuides,
  addForeign,
  addTestPython,
  addFuzz,
  addFuzzEngine,
  addPublished,
  addBenchAudit,
  addBenchCache,
  addBenchCorpus,
  addBenchEngine,
  addBenchLoad,
  addBenchPython,
  addConformance,
  addCheckErrors,
  addCorpus,
  addDifferential,
  addLimits,
  addGenerate,
];
