// The document that `boardkit audit --json` prints. Published as targets/schema/audit-report.json.
import { z } from "zod";
import { appReport } from "./app/report.ts";
import { audit } from "./report.ts";

export const auditReport = z.strictObject({
  schema: z.literal(1),
  files: z.array(audit).describe("files that were named, or found in folders and archives"),
  apps: z.array(appReport).optional().describe("installed apps, whose packages have verdicts"),
});
