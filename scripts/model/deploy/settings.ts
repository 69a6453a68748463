// The settings of `boardkit deploy`: the key `deploy` of the field `boardkit` in package.json.
import { z } from "zod";

const seconds = z.number().positive();
const words = z.array(z.string()).min(1);
/** An absolute path on a board whose characters no shell takes apart, without `..`. */
const folder = z.string().regex(/^(?!.*\/\.\.?(\/|$))\/[\w@%+=:,./-]+$/);

/** Bytes of the least cap: the launcher and what it calls run below it too. */
const LEAST_MEMORY = 4 * 1024 ** 2;

const health = z.strictObject({
  http: z
    .string()
    .regex(/^(https?:\/\/|\/|:\d)/)
    .optional()
    .describe("address on the board that answers with 2xx: `:8080/health`, or a whole URL; the board's wget or curl asks"),
  tcp: z.int().min(1).max(65_535).optional().describe("port that the program listens on"),
  exec: words.optional().describe("command that ends with 0; it runs in the folder of the release"),
  interval: seconds.default(0.5).describe("seconds between two checks"),
  timeout: seconds.default(20).describe("seconds until the first success; after them the deploy fails"),
  steady: z.number().nonnegative().default(1).describe("seconds for which it must stay so, in the same process"),
});

const host = z.strictObject({
  ssh: z.string().optional().describe("as ssh takes it, for example `root@192.168.1.1`; by default the name"),
  groups: z.array(z.string()).default([]).describe("names for several hosts: `boardkit deploy <group>`"),
  board: z.string().optional().describe("board of targets/boards that it must be: another machine is refused"),
});

export const deploySettings = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_.-]{0,62}$/)
    .optional()
    .describe("name of the service, and of its folder; by default the name of the package without its scope"),
  files: z
    .array(z.string())
    .optional()
    .describe(
      "files of the release, as globs, where `{target}` is the target; by default what npm packs, the production dependencies for the board, and the built addon",
    ),
  entry: z.string().optional().describe("script that Node runs; by default `main` of package.json, else `server.js` or `index.js`"),
  command: words.optional().describe("program with its arguments, instead of `entry`; one of the release begins with `./`"),
  args: z.array(z.string()).default([]).describe("arguments for the script or program"),
  env: z
    .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string())
    .default({})
    .describe("environment of the program; secrets belong in the file `env` on the board"),
  runtime: z
    .string()
    .regex(/^(board|host|node(@\d+(\.\d+){0,2})?)$/)
    .default("board")
    .describe(
      "what runs the script: `board`, the Node that the board has; `node` or, for a version, `node@22`: one that the deploy sends; `host`: Boardkit's host for JavaScript, sent too",
    ),
  profile: z
    .string()
    .optional()
    .describe("profile of targets/profiles: flags of V8, and `GRID_PROFILE`; by default the one of the board's memory"),
  memoryMax: z
    .string()
    .regex(/^[1-9]\d*[KMG]$/)
    .refine((size) => bytesOf(size) >= LEAST_MEMORY, "the shell that starts the program needs 4M")
    .optional()
    .describe("memory that the service may use, for example `96M`, at least `4M`, where the board's kernel has the memory controller"),
  user: z
    .string()
    .regex(/^[a-z_][a-z0-9_-]*$/)
    .optional()
    .describe("user that the program runs as; it must exist on the board"),
  health: health.optional().describe("when the new release is healthy; without it, when its process stays for `steady` seconds"),
  confirm: z
    .int()
    .min(5)
    .max(3600)
    .default(30)
    .describe("seconds after which the board returns to the release before, unless the deploy confirms the new one"),
  starts: z
    .int()
    .min(1)
    .max(20)
    .default(3)
    .describe("starts of a new release until it is confirmed; after them the board returns to the one before"),
  keep: z.int().min(2).max(20).default(2).describe("releases that stay on the board"),
  folder: folder.optional().describe("folder on the board; by default `/opt/boardkit/<name>`"),
  data: folder
    .optional()
    .describe("folder on the board for what the program keeps, for example on a USB stick; by default `data` in the folder of the app"),
  volatile: z
    .union([z.boolean(), folder])
    .default(false)
    .describe(
      "keep the releases in memory, and only small files on the flash: after a boot the program is gone until the next deploy; a folder in place of `/tmp/boardkit/<name>`",
    ),
  service: z
    .enum(["systemd", "procd", "openrc", "busybox", "runit"])
    .optional()
    .describe("what keeps the program running; by default the board's init"),
  services: folder.optional().describe("folder that runit looks at, if it is not `/etc/service`"),
  hosts: z.record(z.string(), host).default({}).describe("machines, by a name of yours"),
  parallel: z.int().min(1).max(256).default(8).describe("hosts at a time"),
  canary: z.int().nonnegative().default(1).describe("hosts that get the release first; if one of them fails, no other begins. 0: none"),
  maxFailures: z.int().min(1).default(1).describe("failed hosts after which no further one begins"),
});

export type DeploySettings = z.infer<typeof deploySettings>;
export type HealthCheck = z.infer<typeof health>;

/** The health check of a service without one: only its process is looked at. */
export const processOnly: HealthCheck = { interval: 0.5, timeout: 20, steady: 3 };

/** `96M` in bytes. */
export function bytesOf(size: string): number {
  const unit = { K: 1024, M: 1024 ** 2, G: 1024 ** 3 }[size.at(-1) as "K" | "M" | "G"];
  return Number(size.slice(0, -1)) * unit;
}
