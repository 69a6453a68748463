import { configDefaults, defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["scripts/checks/e2e/**/*.test.ts"],
    exclude: [...configDefaults.exclude, "scripts/checks/e2e/deploy/**"],
    testTimeout: 300_000,
    // It removes what a test has fetched: some hundred megabytes.
    hookTimeout: 60_000,
    maxWorkers: "100%",
  },
});
