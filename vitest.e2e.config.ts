import { defineConfig } from "vitest/config";

export default defineConfig({ test: { include: ["scripts/checks/e2e/**/*.test.ts"], testTimeout: 300_000, fileParallelism: false } });
