// act's arguments and environment, for a run on this machine without a container engine.
import { chmod, copyFile, mkdir, symlink, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { getToolchain } from "../../model/registry.ts";
import type { Context } from "../../stages/context.ts";
import { provided } from "../../tools/store/store.ts";
import type { Action, Repository } from "./repositories.ts";
import { PYTHON_TOKEN, type World } from "./world.ts";

const STAND_INS = join(import.meta.dirname, "stand-ins");

/** A run of a workflow. */
export type Run = {
  repository: Repository;
  /** File in .github/workflows. */
  workflow: string;
  /** `refs/heads/main`, or a tag. */
  ref: string;
  /** Only this job and those that it needs. */
  job?: string;
  /** `owner/name@ref` to the folder that has it. */
  local: Map<string, string>;
};

const HOSTS = { x64: "node24-x86_64-glibc", arm64: "node24-aarch64-glibc" };

function nodeOfHost(): string {
  const found = Object.entries(HOSTS).find(([arch]) => arch === process.arch);
  if (found) return found[1];
  throw new BoardkitError(`the store has no Node for ${process.arch}`, {
    code: "UNSUPPORTED",
    fix: `use a machine with ${Object.keys(HOSTS).join(" or ")}`,
  });
}

/** Toolchains of a run. */
export const runTools = () => ["act", "npm", nodeOfHost()];

/** Fills the cache of actions/setup-node with Node and npm; returns the folder of its programs. */
export async function addNode({ folder: world }: World, { cache, registry }: Context): Promise<string> {
  const node = getToolchain(registry, nodeOfHost());
  const folder = join(world, "act/tool_cache/node", node.version, process.arch);
  const bin = join(folder, "bin");
  await mkdir(bin, { recursive: true });
  await symlink(provided(cache, node, "node"), join(bin, "node"));
  for (const name of ["gh", "npm"]) {
    await copyFile(join(STAND_INS, name), join(bin, name));
    await chmod(join(bin, name), 0o755);
  }
  await symlink(join(provided(cache, getToolchain(registry, "npm"), "cli"), "../npx-cli.js"), join(bin, "npx"));
  await writeFile(`${folder}.complete`, "");
  return bin;
}

/** The stand-in for an action of which only GitHub has the service. */
export function standInOf(uses: string): Action | undefined {
  if (!uses.startsWith("actions/attest@")) return undefined;
  return { folder: join(STAND_INS, "attest"), standIn: "actions/attest: checks the checksums and the SBOM, and signs nothing" };
}

/** Stand-ins of every run. */
export const STANDING_IN = [
  "GitHub's server: the repositories are folders; act keeps artifacts and caches, behind a relay that leaves out the media type of artifacts",
  "gh release: a folder for each tag",
  "npm's registry: verdaccio on loopback, without provenance",
  "PyPI: pypiserver on loopback, with a token instead of a trusted publisher",
  "sh.rustup.rs: the Rust of this machine",
  "runners of other architectures: this machine",
];

/** The command of a run. */
export async function actCommand({ folder, ports }: World, run: Run, { cache, registry }: Context): Promise<string[]> {
  const { repository, local } = run;
  const event = join(folder, "event.json");
  const payload = {
    ref: run.ref,
    after: repository.commit,
    deleted: false,
    repository: { default_branch: "main", full_name: repository.repository },
  };
  await writeFile(event, JSON.stringify(payload));
  return [
    "sh",
    join(import.meta.dirname, "in-copy.sh"),
    folder,
    provided(cache, getToolchain(registry, "act"), "act"),
    "push",
    "--json",
    `--directory=${repository.folder}`,
    `--workflows=${join(repository.folder, ".github/workflows", run.workflow)}`,
    ...(run.job ? [`--job=${run.job}`] : []),
    `--eventpath=${event}`,
    ...["ubuntu-24.04", "ubuntu-24.04-arm"].map((label) => `--platform=${label}=-self-hosted`),
    `--action-cache-path=${join(folder, "act")}`,
    `--artifact-server-path=${join(folder, "artifacts")}`,
    "--artifact-server-addr=127.0.0.1",
    `--artifact-server-port=${ports.artifacts}`,
    `--cache-server-path=${join(folder, "caches")}`,
    "--cache-server-addr=127.0.0.1",
    `--cache-server-port=${ports.caches}`,
    "--no-skip-checkout",
    "--concurrent-jobs=1",
    "--secret=GITHUB_TOKEN=no-token-of-github",
    ...[...local].map(([uses, path]) => `--local-repository=${uses}=${path}`),
  ];
}

/** Variables of this process that jobs on GitHub do not have. */
const OWN = /^(?:BOARDKIT_.*|CARGO_.*|GITHUB_.*|ACTIONS_.*|RUNNER_.*|npm_.*|NODE_OPTIONS|NODE_PATH|INIT_CWD|XDG_.*)$/i;

/** The environment of a run; programs in `bin` come first. */
export async function actEnvironment(
  { folder, registry: npmRegistry, python, results }: World,
  bin: string,
  env: NodeJS.ProcessEnv,
  { cache, registry }: Context,
): Promise<Record<string, string | undefined>> {
  const npmrc = join(folder, "npmrc");
  await writeFile(npmrc, `registry=${npmRegistry}\n//${new URL(npmRegistry).host}/:_authToken=anonymous\naudit=false\nfund=false\n`);
  const removed = Object.keys(env).filter((name) => OWN.test(name));
  return {
    ...Object.fromEntries(removed.map((name) => [name, undefined])),
    PATH: `${bin}:${env.PATH ?? ""}`,
    RUSTUP_HOME: env.RUSTUP_HOME ?? join(homedir(), ".rustup"),
    ACTIONS_RUNTIME_URL: results,
    npm_config_userconfig: npmrc,
    STAND_IN_NPM: provided(cache, getToolchain(registry, "npm"), "cli"),
    UV_PUBLISH_URL: python.upload,
    UV_PUBLISH_CHECK_URL: python.index,
    UV_PUBLISH_TOKEN: PYTHON_TOKEN,
    STAND_IN_RELEASES: join(folder, "releases"),
  };
}
