// What `boardkit deploy` has done or would do on each host.
import { z } from "zod";

const error = z.object({
  code: z.string(),
  message: z.string(),
  detail: z.string().optional().describe("lines that say more, for example the reasons of the audit"),
  fix: z.string().optional(),
});

const failure = z.object({
  reason: z.string().describe("why the board returned to the release before"),
  exit: z.string().optional().describe("how the program ended, as its service manager says"),
  oom: z.string().optional().describe("the kernel's line, if it was killed for lack of memory"),
  log: z.array(z.string()).describe("the last lines of its log"),
});

const plan = z.object({
  app: z.string(),
  folder: z.string().describe("on the board"),
  service: z.string(),
  good: z.string().optional().describe("release that the board would run after a restart"),
  files: z.array(z.string()).describe("files to send"),
  kept: z.int().describe("files that the board has"),
  bytes: z.int().describe("size of the files to send, before compression"),
  runtime: z
    .object({
      id: z.string(),
      name: z.string(),
      bytes: z.int().describe("size of its files on the board"),
      packedBytes: z.int().describe("size of what is sent, compressed"),
      isThere: z.boolean().describe("whether the board has it"),
    })
    .optional()
    .describe("absent if the board's own Node runs the program"),
  needed: z.int().describe("bytes of space that the board needs"),
  free: z.int().optional().describe("bytes of space that it has"),
  releases: z.array(z.string()).describe("releases on the board"),
});

const hostResult = z.object({
  host: z.string(),
  outcome: z
    .enum(["deployed", "unchanged", "planned", "done", "returned", "failed", "away", "skipped"])
    .describe(
      "done: restarted or removed; returned: the new release failed, and the board runs the one before; away: ssh has not reached it; skipped: an earlier host failed",
    ),
  board: z.string().optional(),
  target: z.string().optional(),
  release: z.string().optional(),
  previous: z.string().optional(),
  plan: plan.optional(),
  sentFiles: z.int().optional(),
  sentBytes: z.int().optional().describe("bytes that went to the board beside the handshake of ssh, compressed"),
  healthySeconds: z.number().optional().describe("from the restart until it was healthy"),
  seconds: z.number(),
  warnings: z.array(z.string()),
  error: error.optional(),
  failure: failure.optional(),
});

/** The document of `boardkit deploy --json`. */
export const deployReport = z.object({ schema: z.literal(1), hosts: z.array(hostResult) });

export type HostResult = z.infer<typeof hostResult>;
export type DeployPlan = z.infer<typeof plan>;
export type Failure = z.infer<typeof failure>;
export type DeployReport = z.infer<typeof deployReport>;
