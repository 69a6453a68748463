import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

// BOARDKIT_ADDON names another addon than that of build:addon. NAPI_RS_NATIVE_LIBRARY_PATH cannot be set for vitest as a whole:
// the addons of its own tools read it too.
const { BOARDKIT_ADDON: addon } = process.env;

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: "test/setup.ts",
    env: addon ? { NAPI_RS_NATIVE_LIBRARY_PATH: resolve(addon) } : {},
  },
});
