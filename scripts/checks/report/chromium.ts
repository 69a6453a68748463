// The headless Chromium of the store, driven without downloads of its own.
import { chromium, type Browser } from "playwright-core";
import { cacheRoot } from "../../lib/paths.ts";
import { loadRegistry } from "../../model/read-registry.ts";
import { getToolchain } from "../../model/registry.ts";
import { provided } from "../../tools/store/store.ts";

/** The toolchain. */
export const CHROMIUM = "chromium";

/** Starts Chromium, with the libraries and the fonts of its toolchain, which must be in the store. */
export async function openChromium(env: NodeJS.ProcessEnv): Promise<Browser> {
  const item = getToolchain(loadRegistry(), CHROMIUM);
  const path = (name: string) => provided(cacheRoot(env), item, name);
  return chromium.launch({
    executablePath: path("browser"),
    env: {
      ...env,
      LD_LIBRARY_PATH: ["libraries", "base", "sound"].map(path).join(":"),
      FONTCONFIG_SYSROOT: path("root"),
    },
  });
}
