// What the tests of the host share: the compiler and the engine of the cache.
import { existsSync } from "node:fs";
import { cacheRoot } from "../../lib/paths.ts";
import { loadRegistry } from "../../model/read-registry.ts";
import { getToolchain } from "../../model/registry.ts";
import { provided } from "../../tools/store/store.ts";
import type { Kit } from "./native-host.ts";

/** The kit of this machine. */
export const kit: Kit = { registry: loadRegistry(), cache: cacheRoot(process.env), signal: new AbortController().signal };

/** The toolchains that are not fetched; without them the tests are skipped. */
export const missing = [
  ["zig", "zig"],
  ["quickjs", "engine"],
].flatMap(([id = "", name = ""]) => (existsSync(provided(kit.cache, getToolchain(kit.registry, id), name)) ? [] : [id]));
if (missing.length > 0) console.warn(`skipped: ${missing.join(" and ")} of targets/toolchains are not fetched`);
