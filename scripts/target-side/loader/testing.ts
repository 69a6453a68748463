// For tests of the loader: the table of a package with a build for every target, as an audit of Grid finds them.
import { loadRegistry, selectTriples } from "../../model/registry.ts";
import type { Project } from "../../model/project.ts";
import { buildOf, loaderTable } from "../../stages/package/table.ts";
import type { AddonLoadError, Table } from "./loader.cjs";

const project = {
  name: "@boardkit/grid",
  packageName: "@boardkit/grid",
  version: "1.2.3",
  binaryName: "grid",
  packageJson: { engines: { node: ">=20" } },
} as unknown as Project;

/** The table. */
export function testTable(): Table {
  const registry = loadRegistry();
  const builds = selectTriples(registry, []).map((target) => buildOf(project, registry, target));
  // No addon of ours uses the one feature that the lowest AArch64 has, and all are linked for the largest pages.
  const asAudited = builds.map(({ features, ...build }) => ({
    ...build,
    pageSize: 65536,
    nodeApi: 8,
    lowestNode: "12.22",
    ...(build.cpu === "arm64" ? {} : { features }),
  }));
  return loaderTable(project, asAudited, "..");
}

const NODE_MODULES = "/app/node_modules/";
const idOf = (path: string) => path.replace(NODE_MODULES, "");

/** Node's `require` with some modules, by the id or the path that they are asked for by; one that is an error fails with it. */
export function requireOf(modules: Record<string, object>, asked: string[] = []) {
  const resolve = (id: string): string => {
    if (id in modules) return id.startsWith("/") ? id : NODE_MODULES + id;
    throw Object.assign(new Error(`Cannot find module '${id}'\nRequire stack:\n- x`), { code: "MODULE_NOT_FOUND" });
  };
  const require = (id: string): unknown => {
    const name = idOf(id) in modules ? idOf(id) : id;
    asked.push(name);
    resolve(name);
    const found = modules[name];
    if (found instanceof Error) throw found;
    return found;
  };
  return Object.assign(require, { resolve });
}

/** The bytes of a module's file. */
export function fileOf(path: string, modules: Record<string, object>): Buffer | undefined {
  const found = modules[idOf(path)];
  return found && Buffer.from(JSON.stringify(found));
}

/** The error of a load that has to fail. */
export function errorOf(load: () => unknown): AddonLoadError {
  try {
    load();
  } catch (error) {
    return error as AddonLoadError;
  }
  throw new Error("it did not fail");
}
