// Every suite of `npm test`, in order: the list is the whole truth of what is tested.
import { join } from "node:path";
import { packageRoot } from "../lib/paths.ts";
import { countLibtest, countVitest, countWhole, type Count } from "./counts.ts";

export type Suite = {
  name: string;
  argv: string[];
  cwd?: string;
  env?: Record<string, string>;
  count: Count;
};

const bin = (name: string) => join(packageRoot, "node_modules/.bin", name);
const node = (...args: string[]) => [process.execPath, ...args];
const vitest = (...args: string[]) => node(join(packageRoot, "node_modules/vitest/vitest.mjs"), "run", "--reporter=json", ...args);
const boardkit = (...args: string[]) => node(join(packageRoot, "scripts/cli.ts"), ...args);

export const suites: Suite[] = [
  { name: "oxlint", argv: node(bin("oxlint"), "--deny-warnings"), count: countWhole },
  { name: "oxfmt", argv: node(bin("oxfmt"), "--check"), count: countWhole },
  { name: "types of the CLI", argv: node(bin("tsc"), "--project", "tsconfig.json"), count: countWhole },
  { name: "types of @boardkit/grid", argv: node(bin("tsc"), "--project", "bindings/node/tsconfig.json", "--noEmit"), count: countWhole },
  { name: "knip", argv: node(bin("knip"), "--no-progress"), count: countWhole },
  { name: "generated files", argv: boardkit("generate", "--check"), count: countWhole },
  { name: "rustfmt", argv: ["cargo", "fmt", "--all", "--check"], count: countWhole },
  { name: "clippy", argv: ["cargo", "clippy", "--workspace", "--all-targets", "--locked", "--", "-D", "warnings"], count: countWhole },
  { name: "Rust tests and behaviour cases", argv: ["cargo", "test", "--workspace", "--locked"], count: countLibtest },
  { name: "TypeScript unit tests", argv: vitest("--config", "vitest.config.ts"), count: countVitest },
  {
    name: "@boardkit/grid for this machine",
    argv: ["npm", "run", "--silent", "build:addon", "--workspace", "@boardkit/grid"],
    count: countWhole,
  },
  { name: "@boardkit/grid", argv: vitest(), cwd: join(packageRoot, "bindings/node"), count: countVitest },
  { name: "armv7 musl, cross-built and run", argv: boardkit("ship", "--target", "armv7-unknown-linux-musleabihf"), count: countWhole },
  { name: "CLI end to end", argv: vitest("--config", "vitest.e2e.config.ts"), count: countVitest },
];
