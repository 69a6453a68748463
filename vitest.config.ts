import { defineConfig } from "vitest/config";

// Unit tests are next to their files. Slow tests, which build addons or run the CLI, are in scripts/checks/e2e, with vitest.e2e.config.ts.
export default defineConfig({
  // The timeout is long: with an empty cache zig compiles its C library for each target of a test.
  test: {
    include: ["{scripts,bindings/checks}/**/*.test.ts"],
    exclude: ["scripts/checks/e2e/**", "**/node_modules/**"],
    testTimeout: 120_000,
    // By default it leaves one processor idle, which is half of a small machine.
    maxWorkers: "100%",
    // Its imports of JSON lack `with { type: "json" }`: https://github.com/actions/languageservices/issues/387
    server: { deps: { inline: ["@actions/workflow-parser"] } },
  },
});
