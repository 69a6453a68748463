import { defineConfig } from "vitest/config";

// Emulated guests that take minutes: `npm run test:deploy`. The quick one is in scripts/checks/e2e.
export default defineConfig({
  test: { include: ["scripts/checks/deploy-guests/*.guest.ts"], testTimeout: 1_200_000, fileParallelism: false },
});
