// The result of `npm run audit:popular`, as tools read it: docs/public/popular.json, which the site serves.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { packageRoot } from "../../lib/paths.ts";

const verdict = z.strictObject({
  place: z.string(),
  verdict: z
    .enum(["runs", "warning", "fails", "made"])
    .describe("made: no file is there before the installation compiles or downloads it; absent places are those that were not audited"),
  reasons: z.array(z.string()).describe("sentences about the package"),
});

const ran = z.strictObject({
  place: z.string(),
  cpu: z.string().describe("as QEMU emulates it"),
  runtime: z.string().describe("Node or Python with its version"),
  predicted: verdict.shape.verdict.describe("for that runtime, without what QEMU does not emulate"),
  truth: z.enum(["works", "crashes", "does not load", "no file", "unknown"]),
  text: z.string().describe("what the call returned, or how it ended"),
  agreement: z.enum(["agrees", "false error", "missed", "warned", "undecided"]),
  why: z.string().optional().describe("the cause of a difference, if it is known"),
});

const popularPackage = z.strictObject({
  name: z.string(),
  version: z.string(),
  kind: z.enum(["npm", "wheel"]),
  places: z.array(verdict),
  runs: z.array(ran),
});

const popularResult = z.strictObject({
  schema: z.literal(1),
  places: z.array(z.strictObject({ place: z.string(), name: z.string(), cpu: z.string(), libc: z.string(), node: z.string().optional() })),
  packages: z.array(popularPackage).describe("sorted by name"),
});

export type PopularVerdict = z.infer<typeof verdict>;
export type PopularRun = z.infer<typeof ran>;
export type PopularRow = z.infer<typeof popularPackage>;
export type PopularResult = z.infer<typeof popularResult>;

export const RESULT_PATH = join(packageRoot, "docs/public/popular.json");

/** The committed result; undefined before the first one. */
export function readResult(): PopularResult | undefined {
  if (!existsSync(RESULT_PATH)) return undefined;
  return popularResult.parse(JSON.parse(readFileSync(RESULT_PATH, "utf8")));
}

/** A result whose rows replace those of the same packages; rows for other places cannot stay. */
export function mergeResults(before: PopularResult | undefined, after: PopularResult): PopularResult {
  if (!before || JSON.stringify(before.places) !== JSON.stringify(after.places)) return after;
  const keyOf = ({ kind, name }: PopularRow) => `${kind} ${name}`;
  const replaced = new Set(after.packages.map(keyOf));
  const packages = [...before.packages.filter((one) => !replaced.has(keyOf(one))), ...after.packages];
  return { ...after, packages: packages.toSorted((one, other) => (one.name < other.name ? -1 : 1)) };
}

/** The text of the file: one line per package, so that a change of one is one line. */
export function writeText({ schema, places, packages }: PopularResult): string {
  const lines = (list: unknown[]) => list.map((one) => `    ${JSON.stringify(one)}`).join(",\n");
  return `{\n  "schema": ${schema},\n  "places": [\n${lines(places)}\n  ],\n  "packages": [\n${lines(packages)}\n  ]\n}\n`;
}
