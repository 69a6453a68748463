import { defineConfig } from "vitest/config";

// Pages in a real Chromium, which `npm test` fetches; where it cannot, it skips them with the reason.
export default defineConfig({ test: { include: ["scripts/checks/**/*.browser.ts"], testTimeout: 120_000, fileParallelism: false } });
