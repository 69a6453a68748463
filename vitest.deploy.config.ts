import { defineConfig } from "vitest/config";

// Side by side, more files than a small machine has processors: they wait most of the time, for timers and for service managers.
export default defineConfig({
  test: { include: ["scripts/checks/e2e/deploy/**/*.test.ts"], testTimeout: 300_000, hookTimeout: 60_000, maxWorkers: 3 },
});
