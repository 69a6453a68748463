import { defineConfig } from "vitest/config";

// Pages in a real Chromium; `npm test` skips them with the reason where there is none.
export default defineConfig({ test: { include: ["scripts/checks/**/*.browser.ts"], testTimeout: 120_000, fileParallelism: false } });
