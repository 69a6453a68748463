// The package managers that install the packages, each without the user's settings and caches.
import { join } from "node:path";

/** The platform to install for, if it is not that of the Node which runs the package manager. */
export type Platform = { os: string; cpu: string; libc: string };

export type Manager = {
  /** File in targets/toolchains. */
  id: string;
  /** The name of its command. */
  command: string;
  /** Files of the project: path to text. */
  files: (registry: string, caches: string, platform?: Platform) => Record<string, string>;
  /** Arguments of an install, with the platform if it is forced. */
  install: (platform?: Platform) => string[];
  /** Why it installs more than one binary. */
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
        // The packages were published a minute ago.
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
