// The part of the plan that depends on the builder: the programs that link, their environment, the container. Pure.
import { join } from "node:path";
import { hashValue } from "../../lib/hash.ts";
import type { BuilderName, Image, Linker } from "../../model/builder.ts";
import type { Step } from "../../model/plan.ts";
import { getArchitecture, getToolchain, type Registry } from "../../model/registry.ts";
import type { Triple } from "../../model/targets/triple.ts";
import { removeCommand, type Engine } from "../../tools/containers/container.ts";
import { crossConfig, crossEnvironment, crossWrappers, inContainer, mounts } from "../../tools/containers/cross.ts";
import { gccWrappers, glibcStubs, type Gcc } from "../../tools/compilers/gcc.ts";
import type { Wrappers } from "../../model/wrappers.ts";
import { linkerEnvironment } from "../../tools/compilers/wrappers.ts";
import { bindgenEnvironment, zigCaches, zigWrappers } from "../../tools/compilers/zig.ts";
import { linkerOf, type HostBuilders } from "./builders.ts";
import { provided } from "../../tools/store/store.ts";
import { zigPaths } from "../../tools/store/zig-paths.ts";

/** A builder's part of the steps of a target. */
export type Building = {
  linker: Linker;
  image?: Image;
  /** Text with the tools and their versions. */
  tools: string;
  /** ids of targets/toolchains. */
  needs: string[];
  /** Scripts that set-up writes. */
  wrappers: Wrappers[];
  env: Record<string, string>;
  /** The program that runs as cargo. */
  cargo: string;
  /** Variables, files and clean-up of a step, for its folder of partial files. */
  ofStep: (partial: string, env: Record<string, string>) => Pick<Step, "env" | "cleanUp"> & { files: Record<string, string> };
  /** A path as the compiler sees it. */
  seen: (path: string) => string;
  outside?: [inside: string, outside: string];
};

/** Folders, and the image for a build in a container. */
export type BuildPlaces = { cache: string; cargoHome: string; sysroot: string; targetDir: string; image: Image };

/** A builder's part of the steps of a target. */
export function buildingOf(registry: Registry, name: BuilderName, target: Triple, host: HostBuilders, places: BuildPlaces): Building {
  const linker = linkerOf(name, target);
  const linking = linkingOf(registry, name, target, host.host, places.cache);
  const env = linking.wrappers ? { ...linkerEnvironment(target.triple, linking.wrappers), ...linking.env } : {};
  const plain: Building = {
    linker,
    tools: linking.tools,
    needs: linking.needs,
    wrappers: linking.wrappers ? [linking.wrappers] : [],
    env,
    cargo: "cargo",
    ofStep: () => ({ env: {}, files: {} }),
    seen: (path) => path,
  };
  return name === "cross" && host.engine ? inEngine(registry, plain, target, host.engine, places) : plain;
}

function inEngine(registry: Registry, plain: Building, target: Triple, engine: Engine, places: BuildPlaces): Building {
  const { image } = places;
  const folders = { BOARDKIT_CACHE: places.cache, BOARDKIT_TARGET: places.targetDir };
  const wrappers = crossWrappers(places.cache, provided(places.cache, getToolchain(registry, "cross"), "cross"), places.sysroot);
  const cargo = join(wrappers.folder, "cross");
  return {
    ...plain,
    image,
    tools: `cross ${getToolchain(registry, "cross").version} with ${engine.name}, ${plain.tools} inside`,
    needs: ["cross", ...plain.needs],
    wrappers: [...plain.wrappers, wrappers],
    cargo,
    ofStep: (partial, env) => {
      const config = join(partial, "Cross.toml");
      // cross does not name its container, and without a name the container cannot be ended after cross has ended:
      // https://github.com/cross-rs/cross/blob/v0.2.5/src/docker/local.rs
      const container = `boardkit-${hashValue(partial).slice(0, 16)}`;
      const variables = [...Object.keys(env), "NAPI_TYPE_DEF_TMP_FOLDER"];
      return {
        // napi-rs' CLI starts CARGO instead of cargo.
        env: { ...crossEnvironment(engine, config, container), CARGO: cargo },
        files: { [config]: crossConfig({ image: image.name, triple: target.triple, variables, folders }) },
        cleanUp: removeCommand(engine, container),
      };
    },
    seen: (path) => (path === places.targetDir ? mounts.targetDir : inContainer(path, places)),
    outside: [mounts.targetDir, places.targetDir],
  };
}

type Linking = { wrappers?: Wrappers; tools: string; needs: string[]; env: Record<string, string> };

function linkingOf(registry: Registry, name: BuilderName, target: Triple, host: string, cache: string): Linking {
  const linker = linkerOf(name, target);
  const zig = zigPaths(cache, registry);
  const version = (id: string) => `${id} ${getToolchain(registry, id).version}`;
  if (linker === "host") return { tools: "the host's linker", needs: [], env: {} };
  if (linker === "zig") {
    const needs = ["zig", "cargo-zigbuild"];
    return {
      wrappers: zigWrappers(target, zig),
      tools: needs.map(version).join(", "),
      needs,
      env: { ...bindgenEnvironment(target, getArchitecture(registry, target.arch), zig), ...zigCaches(zig) },
    };
  }
  // gcc is only chosen for targets that have one.
  const gcc = target.gcc as Gcc;
  const isOwn = name === "cross" || host === target.triple;
  const item = isOwn || gcc.toolchain === undefined ? undefined : getToolchain(registry, gcc.toolchain);
  // Debian's name of the host's architecture: x86_64-linux-gnu.
  const libraries = item && join(provided(cache, item, "libraries"), host.replace("-unknown", ""));
  const unpacked = item && libraries && { bin: provided(cache, item, "bin"), libraries };
  const stubs = glibcStubs(cache, target, getToolchain(registry, "zig").version);
  return {
    wrappers: gccWrappers(target, gcc, { cache, stubs, ...(unpacked ? { unpacked } : {}) }),
    tools: `${item ? `gcc ${item.version}` : `${gcc.prefix}-gcc`} against glibc ${target.glibcFloor} of ${version("zig")}`,
    needs: ["zig", "cargo-zigbuild", ...(item ? [item.id] : [])],
    env: {},
  };
}
