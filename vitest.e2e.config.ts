import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["scripts/checks/e2e/**/*.test.ts"],
    exclude: [...configDefaults.exclude, "scripts/checks/e2e/deploy/**"],
    testTimeout: 300_000,
    fileParallelism: false,
  },
});
