// Broken installations as users have them: the loader must name the reason, and its fix must work without changes.
import { join } from "node:path";
import { run } from "../../tools/exec.ts";
import { managers, type Platform } from "./managers.ts";
import type { Setting } from "./matrix.ts";
import { checkProject, makeProject, searchPathWith, type Checked } from "./project.ts";

export type Fixed = { name: string; before: Checked; after: Checked; good: boolean; seconds: number };

type Scenario = {
  name: string;
  manager: string;
  code: string;
  /** A text that the error must contain. */
  says: string;
  /** The project's settings name another platform. */
  otherPlatform?: boolean;
  /** Shell commands of the broken installation. */
  install: string[];
};

/** A platform of another CPU and of another C library than this machine's. */
const OTHER: Platform = { os: "linux", cpu: process.arch === "arm64" ? "x64" : "arm64", libc: "musl" };
const FOREIGN = `--os=${OTHER.os} --cpu=${OTHER.cpu} --libc=${OTHER.libc}`;
const NOT_INSTALLED = "ERR_ADDON_NOT_INSTALLED";

const scenarios: Scenario[] = [
  { name: "npm --omit=optional", manager: "npm", code: NOT_INSTALLED, says: "left out", install: ["npm install --omit=optional"] },
  {
    name: "node_modules of another machine",
    manager: "npm",
    code: NOT_INSTALLED,
    says: "another machine",
    install: [`npm install ${FOREIGN}`],
  },
  {
    name: "a lockfile without the platform",
    manager: "npm",
    code: NOT_INSTALLED,
    says: "package-lock.json does not list it",
    install: ["npm install", "node strip-lock.mjs", "rm -rf node_modules", "npm ci"],
  },
  {
    name: "a package of another version",
    manager: "npm",
    code: "ERR_ADDON_VERSION",
    says: "another version",
    install: ["npm install", 'sed -i \'s/"version": "[^"]*"/"version": "0.0.1"/\' node_modules/@boardkit/grid-linux-*/package.json'],
  },
  {
    name: "a file that is cut off",
    manager: "npm",
    code: "ERR_ADDON_FILE",
    says: "truncated or changed",
    install: ["npm install", "for file in node_modules/@boardkit/grid-linux-*/*.node; do truncate -s 4096 $file; done"],
  },
  { name: "pnpm --no-optional", manager: "pnpm", code: NOT_INSTALLED, says: "left out", install: ["pnpm install --no-optional"] },
  {
    name: "pnpm's supportedArchitectures",
    manager: "pnpm",
    code: NOT_INSTALLED,
    says: "supportedArchitectures in pnpm-workspace.yaml",
    install: [
      `printf 'supportedArchitectures:\\n  os: [${OTHER.os}]\\n  cpu: [${OTHER.cpu}]\\n  libc: [${OTHER.libc}]\\n' > pnpm-workspace.yaml`,
      "pnpm install",
    ],
  },
  {
    name: "yarn's supportedArchitectures",
    manager: "yarn",
    code: NOT_INSTALLED,
    says: "supportedArchitectures in .yarnrc.yml",
    otherPlatform: true,
    install: ["yarn install"],
  },
  {
    name: "yarn 1 --ignore-optional",
    manager: "yarn-classic",
    code: NOT_INSTALLED,
    says: "left out",
    install: ["yarn install --ignore-optional"],
  },
];

/** Removes the platform packages from a lockfile, as npm does beside a node_modules of another platform. */
const STRIP_LOCK = `import { readFileSync, writeFileSync } from "node:fs";
const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
for (const key of Object.keys(lock.packages)) if (/-linux-/.test(key)) delete lock.packages[key];
writeFileSync("package-lock.json", JSON.stringify(lock));
`;

/** Runs each scenario on this machine: the loader's error, and the result after its fix. */
export async function* fixAll(setting: Setting, only: string, commands: (manager: string) => string): AsyncGenerator<Fixed> {
  const chosen = scenarios.filter(({ name, manager }) => `${name} ${manager}`.includes(only));
  for (const scenario of chosen) yield await fixOne(scenario, setting, commands(scenario.manager));
}

async function fixOne(scenario: Scenario, { name, version, registry, folder: all, signal }: Setting, commands: string): Promise<Fixed> {
  const started = performance.now();
  const folder = join(all, "projects", scenario.name.replaceAll(/\W+/g, "-"));
  const manager = managers.find(({ id }) => id === scenario.manager);
  if (!manager) throw new TypeError(`${scenario.name} names no package manager`);
  const files = manager.files(registry, join(all, "caches"), scenario.otherPlatform ? OTHER : undefined);
  await makeProject(folder, { [name]: version }, { ...files, "strip-lock.mjs": STRIP_LOCK });
  const env = { PATH: searchPathWith(commands), HOME: folder };
  const shell = (text: string) => run({ argv: ["sh", "-c", text], cwd: folder, env, signal, timeoutSeconds: 120 });
  for (const command of scenario.install) await shell(command);
  const runner = { node: [process.execPath], env, signal };
  const before = await checkProject(folder, runner);
  await shell(before.fix ?? "false");
  const after = await checkProject(folder, runner);
  const good = before.code === scenario.code && before.text.includes(scenario.says) && after.ok;
  return { name: scenario.name, before, after, good, seconds: (performance.now() - started) / 1000 };
}
