// The crates of an addon, as cargo resolves them for a target, with their data from Cargo.toml and Cargo.lock.
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { runOrFail } from "../exec.ts";
import type { Crate } from "../../model/crate.ts";
import type { CargoMetadata } from "./rust.ts";

/** The crates of an addon, by its Cargo.toml, for a target and features: the addon's own first, the others sorted by name. */
export async function readCrates(
  metadata: CargoMetadata,
  manifest: string,
  triple: string,
  features: string[],
  signal: AbortSignal,
): Promise<Crate[]> {
  // `cargo metadata` merges the features of all targets and of tests; `cargo tree` resolves as a build does.
  const tree = (kinds: string) => cargoTree(manifest, triple, kinds, features, signal);
  const [all, linked] = await Promise.all([tree("normal,build"), tree("normal,no-proc-macro")]);
  const checksums = checksumsIn(await readFile(join(metadata.workspace_root, "Cargo.lock"), "utf8"));
  const edges = edgesOf(metadata);
  const crates = metadata.packages.flatMap((item): Crate[] => {
    const id = `${item.name}@${item.version}`;
    if (!all.has(id)) return [];
    const { name, version, license, repository, source } = item;
    const checksum = checksums.get(id);
    const dependencies = (edges.get(id) ?? []).filter((other) => all.has(other)).toSorted();
    return [{ id, name, version, license, repository, source, ...(checksum ? { checksum } : {}), linked: linked.has(id), dependencies }];
  });
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

/** Checksums in the text of a Cargo.lock, by `name@version`. Only cargo writes the file, so its format is fixed. */
export function checksumsIn(text: string): Map<string, string> {
  const packages = text.matchAll(/^name = "(.+)"\nversion = "(.+)"\nsource = "registry\+.+"\nchecksum = "([0-9a-f]{64})"/gm);
  return new Map([...packages].map(([, name, version, checksum = ""]) => [`${name}@${version}`, checksum]));
}

/** The normal and build dependencies of each package, by `name@version`. */
function edgesOf({ packages, resolve }: CargoMetadata): Map<string, string[]> {
  const names = new Map(packages.map(({ id, name, version }) => [id, `${name}@${version}`]));
  return new Map(
    resolve.nodes.map(({ id, deps }) => {
      const needed = deps.filter(({ dep_kinds }) => dep_kinds.some(({ kind }) => kind !== "dev"));
      return [names.get(id) ?? id, needed.map(({ pkg }) => names.get(pkg) ?? pkg)];
    }),
  );
}
