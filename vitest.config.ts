import { defineConfig } from "vitest/config";

// Unit tests lie beside their file; slow ones that build or run the CLI are in scripts/checks/e2e, with a configuration of their own.
export default defineConfig({
  // With an empty cache zig compiles its C library for each target that a test asks for.
  test: {
    include: ["{scripts,bindings/checks}/**/*.test.ts"],
    exclude: ["scripts/checks/e2e/**", "**/node_modules/**"],
    testTimeout: 120_000,
  },
});
