import { defineConfig } from "vitest/config";

// Tests whose tools take minutes to compile; suites of `npm run test:deep` run them.
export default defineConfig({
  test: {
    include: ["scripts/checks/{crates,e2e}/**/*.deep.ts"],
    testTimeout: 300_000,
    hookTimeout: 900_000,
    fileParallelism: false,
  },
});
