import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

// BOARDKIT_ADDON names another addon than that of build:addon.
const { BOARDKIT_ADDON: addon } = process.env;

export default defineConfig({
  test: {
    include: ["test/*/*.test.ts"],
    globalSetup: "test/setup.ts",
    maxWorkers: "100%",
    env: addon ? { GRID_NATIVE_PATH: resolve(addon) } : {},
  },
});
