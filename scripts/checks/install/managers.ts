// The package managers that the packages are installed with, each kept from the user's own settings and caches.
import { join } from "node:path";

/** What a package manager is told where no Node of the host can tell it. */
export type Platform = { os: string; cpu: string; libc: string };

export type Manager = {
  /** File in targets/toolchains. */
  id: string;
  /** The name of its command. */
  command: string;
  /** Files of the project: path to text. */
  files: (registry: string, caches: string, platform?: Platform) => Record<string, string>;
  /** Arguments of an install, for another platform than that of the Node that runs it. */
  install: (platform?: Platform) => string[];
  /** Why it brings more than one binary. */
  several?: string;
};

const npmrc = (registry: string, caches: string) =>
  [
    `registry=${registry}`,
    `//${new URL(registry).host}/:_authToken=anonymous`,
    `cache=${join(caches, "npm")}`,
    `store-dir=${join(caches, "pnpm")}`,
    "audit=false",
    "fund=false",
    "update-notifier=false",
    "",
  ].join("\n");

const flags = (platform?: Platform) => (platform ? Object.entries(platform).map(([name, value]) => `--${name}=${value}`) : []);

export const managers: Manager[] = [
  {
    id: "npm",
    command: "npm",
    files: (registry, caches) => ({ ".npmrc": npmrc(registry, caches) }),
    install: (platform) => ["install", "--ignore-scripts", ...flags(platform)],
  },
  {
    id: "pnpm",
    command: "pnpm",
    files: (registry, caches) => ({ ".npmrc": npmrc(registry, caches) }),
    install: (platform) => ["install", "--ignore-scripts", ...flags(platform)],
  },
  {
    id: "yarn",
    command: "yarn",
    files: (registry, caches, platform) => ({
      "yarn.lock": "",
      ".yarnrc.yml": [
        `npmRegistryServer: "${registry.replace(/\/$/, "")}"`,
        "unsafeHttpWhitelist: [127.0.0.1]",
        "nodeLinker: node-modules",
        "enableTelemetry: false",
        "enableImmutableInstalls: false",
        // What was published a minute ago is new.
        "npmMinimalAgeGate: 0",
        `globalFolder: ${join(caches, "yarn")}`,
        ...(platform ? [`supportedArchitectures: { os: [${platform.os}], cpu: [${platform.cpu}], libc: [${platform.libc}] }`] : []),
        "",
      ].join("\n"),
    }),
    install: () => ["install"],
  },
  {
    id: "yarn-classic",
    command: "yarn",
    files: (registry, caches) => ({ ".yarnrc": `registry "${registry}"\ncache-folder "${join(caches, "yarn-classic")}"\n` }),
    install: () => ["install", "--ignore-scripts", "--non-interactive"],
    several: "it does not read libc",
  },
];
