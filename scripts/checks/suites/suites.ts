// Every suite of `npm test`, in order.
import { join } from "node:path";
import { fetchOptional } from "../../stages/set-up/fetch.ts";
import { packageRoot } from "../../lib/paths.ts";
import { countBoards, countCounted, countLibtest, countVitest, countOne } from "./counts.ts";
import { testLog } from "./logs.ts";
import type { Suite } from "./suite.ts";
import { CHROMIUM } from "../report/chromium.ts";
import { findPythonObstacle } from "../python/python.ts";
import { workflowSuites } from "./workflow-suites.ts";

const bin = (name: string) => join(packageRoot, "node_modules/.bin", name);
const node = (...args: string[]) => [process.execPath, ...args];
const npm = (script: string) => ["npm", "run", "--silent", script, "--workspace", "@boardkit/grid"];

/** A suite of vitest, which writes its JSON report to a file. `files` filters test files by a part of their names. */
export function vitest(name: string, place: { cwd?: string; config?: string; files?: string | string[] }): Suite {
  const report = testLog(name, ".json");
  const runner = node(join(packageRoot, "node_modules/vitest/vitest.mjs"), "run", "--reporter=json", `--outputFile=${report}`);
  const chosen = [...(place.config ? ["--config", place.config] : []), ...(place.files ? [place.files].flat() : [])];
  return { name, argv: [...runner, ...chosen], cwd: place.cwd, report, count: countVitest };
}

/** Builds the addon that tests of the binding load. */
export const buildsAddon: Suite = { name: "@boardkit/grid for this machine", argv: npm("build:test-addon"), count: countOne };

/** A command of this checkout. */
export const boardkit = (...args: string[]) => node(join(packageRoot, "scripts/dev-cli.ts"), ...args);

export const suites: Suite[] = [
  { name: "oxlint", argv: node(bin("oxlint"), "--deny-warnings"), count: countOne },
  { name: "oxfmt", argv: node(bin("oxfmt"), "--check"), count: countOne },
  { name: "types of the CLI", argv: node(bin("tsc"), "--project", "tsconfig.json"), count: countOne },
  { name: "types of @boardkit/grid", argv: npm("typecheck"), count: countOne },
  { name: "knip", argv: node(bin("knip"), "--no-progress"), count: countOne },
  { name: "generated files", argv: boardkit("dev", "generate", "--check"), count: countOne },
  // Its build fails on a dead link.
  { name: "docs site", argv: node(bin("vitepress"), "build", "docs"), count: countOne },
  ...workflowSuites,
  { name: "rustfmt", argv: ["cargo", "fmt", "--all", "--check"], count: countOne },
  { name: "clippy", argv: ["cargo", "clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"], count: countOne },
  { name: "Rust tests and behaviour cases", argv: ["cargo", "test", "--workspace", "--locked"], count: countLibtest },
  {
    ...vitest("pages in Chromium", { config: "vitest.browser.config.ts" }),
    findObstacle: (context) => fetchOptional(CHROMIUM, context),
  },
  vitest("TypeScript unit tests", { config: "vitest.config.ts" }),
  buildsAddon,
  vitest("@boardkit/grid", { cwd: join(packageRoot, "bindings/node") }),
  { name: "boardkit_grid", argv: boardkit("dev", "test-python"), findObstacle: findPythonObstacle, count: countCounted },
  { ...vitest("deploy end to end", { config: "vitest.deploy.config.ts" }), beside: true },
  { name: "armv7 musl, cross-built and run", argv: boardkit("ship", "--target", "armv7-unknown-linux-musleabihf"), count: countOne },
  { name: "a router with 128 MiB", argv: boardkit("board", "ipq40xx-128", "--json"), count: countBoards },
  vitest("CLI end to end", { config: "vitest.e2e.config.ts" }),
];
