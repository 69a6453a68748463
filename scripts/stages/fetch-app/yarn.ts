// Yarn: installs by a yarn.lock for another system, with node_modules. No script runs, no plugin, and no Yarn that the project brings.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { z } from "zod";
import { BoardkitError } from "../../lib/errors.ts";
import { getToolchain } from "../../model/registry.ts";
import { run } from "../../tools/exec.ts";
import { provided } from "../../tools/store/store.ts";
import type { Context } from "../context.ts";
import { fetchItems } from "../set-up/fetch.ts";
import { managerEnvironment } from "./environment.ts";
import { installError } from "./install-error.ts";
import type { Installation, Installer } from "./installer.ts";
import { hideSecrets } from "./npmrc.ts";
import type { Project } from "./project.ts";
import { readSettings } from "./settings.ts";

/** Keys of .yarnrc.yml that registries and the lockfile need. */
const KEPT = new Set([
  "npmRegistryServer",
  "npmRegistries",
  "npmScopes",
  "npmAlwaysAuth",
  "npmAuthToken",
  "npmAuthIdent",
  "unsafeHttpWhitelist",
  "httpProxy",
  "httpsProxy",
  "httpsCaFilePath",
  "enableStrictSsl",
  "networkSettings",
  "packageExtensions",
  "catalog",
  "catalogs",
  "defaultProtocol",
]);

/** The installer for a project of Yarn, with the Yarn of targets/toolchains for the format of its lockfile. */
export async function yarnOf(project: Project, context: Context): Promise<Installer> {
  const { lock } = project;
  // Yarn builds a dependency from git by the scripts of that project.
  const git = /^\s*(?:resolution|resolved):? "?(.*(?:\.git#|#commit=|^git).*?)"?$/m.exec(lock)?.[1];
  if (git !== undefined)
    throw new BoardkitError(`yarn.lock has a dependency from git, which Yarn builds with its scripts: ${hideSecrets(git, "")}`, {
      code: "GIT_DEPENDENCY",
      fix: "install the app yourself, and audit its folder",
    });
  const isClassic = !/^__metadata:/m.test(lock);
  const id = isClassic ? "yarn-classic" : "yarn";
  const { cache, registry } = context;
  await fetchItems([id], context);
  const script = provided(cache, getToolchain(registry, id), "cli");
  const install = isClassic ? installByClassic : installByBerry;
  return (installation) => install(script, cache, project, installation);
}

async function installByBerry(script: string, cache: string, project: Project, installation: Installation): Promise<[]> {
  const { folder, system } = installation;
  const kept = await readSettings(join(project.folder, ".yarnrc.yml"), KEPT);
  const rc = {
    ...kept,
    nodeLinker: "node-modules",
    enableScripts: false,
    enableTelemetry: false,
    // The format of an older lockfile is converted.
    enableImmutableInstalls: false,
    enableGlobalCache: true,
    globalFolder: join(cache, "yarn"),
    // The lockfile has chosen the versions.
    npmMinimalAgeGate: 0,
    supportedArchitectures: { os: ["linux"], cpu: [system.cpu], libc: [system.libc] },
  };
  await writeFile(join(folder, ".yarnrc.yml"), stringify(rc), { mode: 0o600 });
  const secrets = Object.entries(kept).flatMap(([key, value]) => (key.startsWith("npmAuth") ? `:_authToken=${String(value)}` : []));
  await runYarn([script, "install", "--json"], installation, secrets.join("\n"));
  return [];
}

/**
 * Yarn 1 has no option for the system: it reads process.arch. It does not know `libc`, and installs the packages of both C libraries.
 */
async function installByClassic(script: string, cache: string, _project: Project, installation: Installation): Promise<[]> {
  const { folder, system, omit } = installation;
  const preload = join(folder, "system.cjs");
  const define = (name: string, value: string) =>
    `Object.defineProperty(process, ${JSON.stringify(name)}, { value: ${JSON.stringify(value)} });\n`;
  await writeFile(preload, define("arch", system.cpu) + define("platform", "linux"));
  const options = [
    "--frozen-lockfile",
    "--ignore-scripts",
    "--ignore-engines",
    "--non-interactive",
    "--no-default-rc",
    "--json",
    "--no-bin-links",
  ];
  // Two runs at a time break each other's cache: https://github.com/yarnpkg/yarn/issues/2629
  const mutex = `--mutex=file:${join(cache, "yarn-classic.lock")}`;
  const folders = [mutex, `--cache-folder=${join(cache, "yarn-classic")}`, ...(omit.includes("dev") ? ["--production"] : [])];
  await runYarn(["--require", preload, script, "install", ...options, ...folders], installation, "");
  return [];
}

async function runYarn(args: string[], { folder, what, npmrc, env, signal }: Installation, secrets: string): Promise<void> {
  const outcome = await run({ argv: [process.execPath, ...args], cwd: folder, env: managerEnvironment(env), signal });
  if (outcome.exitCode === 0) return;
  const { code, text } = readReason(outcome.stdout + outcome.stderr);
  throw installError(what, "yarn", { code, text: hideSecrets(text, `${npmrc}\n${secrets}`) });
}

const line = z.object({ type: z.literal("error"), displayName: z.string().catch(""), data: z.string() });

/** The first error among the lines of JSON that Yarn prints. */
function readReason(output: string): { code: string; text: string } {
  for (const text of output.split("\n")) {
    if (!text.startsWith("{")) continue;
    const parsed = line.safeParse(JSON.parse(text));
    if (parsed.success) return { code: parsed.data.displayName, text: parsed.data.data };
  }
  return { code: "", text: output };
}
