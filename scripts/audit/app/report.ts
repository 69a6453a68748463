// The verdicts about an app, as `boardkit audit --json` prints them. Published as a part of targets/schema/audit-report.json.
import { z } from "zod";
import { ruleId } from "../report.ts";

const problem = z.strictObject({
  severity: z.enum(["error", "warning"]),
  rule: ruleId.optional().describe("docs/audit-rules.md explains it; absent for a problem of the installation"),
  file: z.string().optional().describe("the file that has it, from the folder of the app"),
  text: z.string().describe("a sentence whose subject is the package"),
  crashes: z.literal(true).optional().describe("it ends Node, so that no program catches it"),
  advice: z.string().optional().describe("what a user of the package can do"),
});

const placeVerdict = z.strictObject({
  place: z.string().describe("board, or board@system"),
  verdict: z
    .enum(["runs", "warning", "fails"])
    .describe("fails: it would not load or would crash there; warning: it may, or it is compiled at installation"),
  files: z
    .array(z.string())
    .describe("the files that are loaded or run, from the folder of the app; libraries that they bring along follow them"),
  way: z.string().optional().describe("how its loader finds them"),
  problems: z.array(problem),
});

const packageVerdict = z.strictObject({
  name: z.string(),
  version: z.string(),
  folder: z.string().describe("from the folder of the app"),
  optional: z.boolean().describe("the packages that need it work without it"),
  dependents: z.array(z.string()).describe("packages that need it; empty for a dependency of the app itself"),
  bugs: z.string().optional().describe("page of its issues, from its package.json"),
  places: z.array(placeVerdict),
  otherVersion: z
    .strictObject({
      version: z.string().optional().describe("the newest tried one that fails on none of the places; absent if each fails somewhere"),
      tried: z.array(z.string()),
    })
    .optional()
    .describe("of a package that fails, if other versions were asked for"),
});

export const appReport = z.strictObject({
  schema: z.literal(1),
  app: z.string().describe("its folder; for an app that was not installed the names or the lockfile that were given"),
  fetched: z.boolean().optional().describe("it was not installed: its packages were fetched for each place"),
  packages: z.array(packageVerdict).describe("packages with native parts"),
  neverLoaded: z.int().nonnegative().describe("native files for other systems, which no place loads"),
  unreadable: z.array(z.strictObject({ path: z.string(), reason: z.string() })),
});

export type AppProblem = z.infer<typeof problem>;
export type PlaceVerdict = z.infer<typeof placeVerdict>;
export type PackageVerdict = z.infer<typeof packageVerdict>;
export type AppReport = z.infer<typeof appReport>;
