import { defineConfig } from "vitest/config";

export default defineConfig({ test: { include: ["scripts/e2e/**/*.test.ts"], testTimeout: 300_000, fileParallelism: false } });
