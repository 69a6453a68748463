// The data of `boardkit report`: one version 1 document, embedded in each page, so that a later report can be compared with it.
import { z } from "zod";
import { boardResult } from "./board-report.ts";

const bytes = z.number().nonnegative();

/** Something that is missing or broken, and what to do. */
const problem = z.object({ text: z.string(), fix: z.string() });

const finding = z.object({
  rule: z.string(),
  severity: z.enum(["error", "warning", "note"]),
  message: z.string(),
  fix: z.string(),
});

const run = z.object({
  kind: z.string(),
  cpu: z.string(),
  standsIn: z.string().optional(),
  outcome: z.enum(["passed", "failed", "skipped"]),
  reason: z.string().optional(),
  passed: z.number(),
  failed: z.number(),
  seconds: z.number(),
  runtime: z.string(),
});

const audit = z.object({
  /** What the file needs of its C library: `glibc 2.17`, or the libraries that it names. */
  needs: z.string(),
  nodeApi: z.number().optional(),
  findings: z.array(finding),
  /** Bytes by section; sections such as .bss take up memory, but no space in the file. */
  sections: z.record(z.string(), bytes),
});

/** Bytes of the file by what they come from. */
const origin = z.object({
  /** A crate of the project, of a registry or of Rust; a library in C; a section, for bytes without a name of a crate; all smaller ones. */
  kind: z.enum(["own", "dependency", "standard", "library", "section", "others"]),
  name: z.string(),
  bytes,
});

const build = z.object({
  version: z.string(),
  commit: z.string().optional(),
  profile: z.string(),
  builder: z.string(),
  cpu: z.object({ id: z.string(), name: z.string() }),
  file: z.string(),
  bytes,
  sha256: z.string(),
  /** The largest size that the project allows. */
  budget: bytes.optional(),
  /** Absent if the manifest does not record the build's time. */
  seconds: z.number().optional(),
  /** Number of crates in the file. */
  crates: z.number(),
  /** The largest first; their sum is that of the sections in the file. */
  origins: z.array(origin).optional(),
  /** Why there are no origins. */
  noOrigins: z.string().optional(),
  /** Absent until the audit has passed. */
  audit: audit.optional(),
  runs: z.array(run),
});

const target = z.object({
  triple: z.string(),
  /** Absent if there is no readable manifest. */
  build: build.optional(),
  problems: z.array(problem),
});

const board = boardResult.extend({
  /** Profile of the run, if one was named. */
  profile: z.string().optional(),
  /** The addon of the boot is not the one of the report. */
  stale: z.boolean(),
});

const wheel = z.object({
  target: z.string(),
  file: z.string(),
  bytes,
  seconds: z.number(),
  needs: z.string(),
  findings: z.array(finding),
  run: z.string(),
});

export const distReport = z.object({
  schema: z.literal(1),
  kind: z.literal("boardkit-report"),
  /** ISO 8601, in UTC. */
  created: z.iso.datetime(),
  project: z.object({ name: z.string(), version: z.string() }),
  targets: z.array(target),
  boards: z.array(board),
  wheels: z.array(wheel),
  /** Files that do not belong to a target of the report. */
  problems: z.array(problem),
});

export type DistReport = z.infer<typeof distReport>;
export type TargetReport = z.infer<typeof target>;
export type BuildReport = z.infer<typeof build>;
export type Origin = z.infer<typeof origin>;
export type BoardRow = z.infer<typeof board>;
export type Problem = z.infer<typeof problem>;
