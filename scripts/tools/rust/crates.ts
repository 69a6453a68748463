// The crates that an addon is compiled from, as cargo resolves them for a target, with what Cargo.toml and Cargo.lock say of each.
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runOrFail } from "../exec.ts";
import { type CargoMetadata, type CargoPackage, readCargoMetadata } from "./rust.ts";

export type Crate = Pick<CargoPackage, "name" | "version" | "license" | "repository" | "source"> & {
  /** `name@version`. */
  id: string;
  /** SHA-256 of the registry's archive; absent for what lies in the project or comes from git. */
  checksum?: string;
  /** Compiled into the addon; what is not runs at build time only: build scripts, procedural macros, and what those are made of. */
  linked: boolean;
  /** Triples whose addons need it. */
  targets: string[];
  /** ids of other crates here. */
  dependencies: string[];
};

/** The crates of the addon whose Cargo.toml is given, itself first, then sorted by name. */
export async function readCrates(manifest: string, triples: string[], features: string[], signal: AbortSignal): Promise<Crate[]> {
  const { metadata } = await readCargoMetadata(manifest, signal);
  const tree = (triple: string, edges: string) => cargoTree(manifest, triple, edges, features, signal);
  // `cargo metadata` unites the features of all targets and of tests; `cargo tree` resolves as a build does.
  const trees = await Promise.all(
    triples.map(async (triple) => ({
      triple,
      all: await tree(triple, "normal,build"),
      linked: await tree(triple, "normal,no-proc-macro"),
    })),
  );
  const checksums = checksumsIn(await readFile(join(metadata.workspace_root, "Cargo.lock"), "utf8"));
  const edges = edgesOf(metadata);
  const crates = metadata.packages.flatMap((item): Crate[] => {
    const id = `${item.name}@${item.version}`;
    const targets = trees.filter(({ all }) => all.has(id)).map(({ triple }) => triple);
    if (targets.length === 0) return [];
    const { name, version, license, repository, source } = item;
    const checksum = checksums.get(id);
    const linked = trees.some((one) => one.linked.has(id));
    return [{ id, name, version, license, repository, source, ...(checksum ? { checksum } : {}), linked, targets, dependencies: [] }];
  });
  const known = new Set(crates.map(({ id }) => id));
  for (const crate of crates) crate.dependencies = (edges.get(crate.id) ?? []).filter((id) => known.has(id)).toSorted();
  const root = metadata.packages.find((item) => item.manifest_path === manifest);
  const isRoot = ({ id }: Crate) => id === `${root?.name}@${root?.version}`;
  const others = crates.filter((crate) => !isRoot(crate)).toSorted((one, other) => (one.id < other.id ? -1 : 1));
  return [...crates.filter(isRoot), ...others];
}

async function cargoTree(manifest: string, triple: string, edges: string, features: string[], signal: AbortSignal): Promise<Set<string>> {
  const format = ["--prefix=none", "--no-dedupe", "--format={p}"];
  const argv = ["cargo", "tree", "--offline", "--manifest-path", manifest, "--target", triple, "--edges", edges, ...format, ...features];
  const { stdout } = await runOrFail({ argv, cwd: dirname(manifest), signal }, "CARGO_TREE");
  return treeIds(stdout);
}

/** `name@version` of each line that `cargo tree --prefix=none --format={p}` prints: `serde v1.0.0 (proc-macro)`. */
export function treeIds(text: string): Set<string> {
  return new Set([...text.matchAll(/^(\S+) v(\S+)/gm)].map(([, name, version]) => `${name}@${version}`));
}

/** Checksums in the text of a Cargo.lock, which cargo alone writes, by `name@version`. */
export function checksumsIn(text: string): Map<string, string> {
  const packages = text.matchAll(/^name = "(.+)"\nversion = "(.+)"\nsource = "registry\+.+"\nchecksum = "([0-9a-f]{64})"/gm);
  return new Map([...packages].map(([, name, version, checksum = ""]) => [`${name}@${version}`, checksum]));
}

/** What each package needs to be built, by `name@version`. */
function edgesOf({ packages, resolve }: CargoMetadata): Map<string, string[]> {
  const names = new Map(packages.map(({ id, name, version }) => [id, `${name}@${version}`]));
  return new Map(
    resolve.nodes.map(({ id, deps }) => {
      const needed = deps.filter(({ dep_kinds }) => dep_kinds.some(({ kind }) => kind !== "dev"));
      return [names.get(id) ?? id, needed.map(({ pkg }) => names.get(pkg) ?? pkg)];
    }),
  );
}
