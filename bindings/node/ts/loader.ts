import { createRequire } from "node:module";
import type { Addon } from "./addon.ts";
import { AddonError, type AddonErrorCode } from "./errors.ts";

/** The error of Boardkit's loader. */
type Failure = Error & { code: AddonErrorCode };

const require = createRequire(import.meta.url);

let loaded: Addon | undefined;

/** The addon of this process; the first call loads it. */
export function addon(): Addon {
  loaded ??= loadAddon();
  return loaded;
}

/** Boardkit writes the loader into lib/, beside ts/. */
function loadAddon(): Addon {
  const loader = require("../lib/loader.cjs") as { load(names: string[]): unknown };
  try {
    return loader.load(["Engine", "Cache"]) as Addon;
  } catch (error) {
    const { code, message } = error as Failure;
    if (!code?.startsWith("ERR_ADDON_")) throw error;
    throw new AddonError(code, message, { cause: error });
  }
}
