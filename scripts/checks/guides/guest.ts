// The machine that docs/deploy.md deploys to: this one behind a daemon of ssh, with runit as its service manager.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import type { Context } from "../../stages/context.ts";
import { run } from "../../tools/exec.ts";
import { findDeployObstacle, startDeployGuest } from "../fixtures/deploy/guest.ts";
import { writeFiles } from "../fixtures/small-project.ts";
import { freePort, isOpen } from "../fixtures/ssh-guest.ts";
import type { Places } from "./places.ts";
import type { Place } from "./ways.ts";

/** Places whose commands need the machine. */
export const NEED_GUEST: ReadonlySet<Place> = new Set(["kitchen", "pi"]);

export type GuidesGuest = {
  /** Why there is none. */
  obstacle?: string;
  /** Variables for the commands: a PATH with an ssh that knows the machine by the names of the page, and its folders. */
  env: Record<string, string>;
  end(): Promise<void>;
};

/** Port of the page's program. */
const PORT = 8080;

const KITCHEN = `const { PORT } = process.env;
console.log("soup is served");
require("node:http").createServer((request, response) => response.end("soup\\n")).listen(Number(PORT), "127.0.0.1");
`;

/** Starts the machine, and writes the program of the place `kitchen`. */
export async function startGuidesGuest({ folders, env }: Places, context: Context): Promise<GuidesGuest> {
  const obstacle =
    (await findDeployObstacle(context)) ??
    ((await isOpen(PORT)) ? `port ${PORT} of this machine is in use, and the page's program wants it` : undefined);
  if (obstacle !== undefined) return { obstacle, env: {}, end: async () => undefined };
  const folder = mkdtempSync(join(tmpdir(), "guides-"));
  const board = await startDeployGuest(folder, "", context);
  context.reporter.note("this machine behind dropbear, with runit, stands in for the Raspberry Pi and the router of docs/deploy.md");
  const port = `${await freePort()}`;
  const deploy = {
    folder: join(board.folder, "kitchen"),
    service: "runit",
    services: board.services,
    env: { PORT: port },
    health: { http: `:${port}/` },
  };
  writeFiles(folders.kitchen, {
    "package.json": JSON.stringify({ name: "kitchen", version: "1.0.0", boardkit: { deploy } }),
    "server.js": KITCHEN,
  });
  const own = {
    PATH: [writeSsh(folder, board.guest.config), env.PATH].join(delimiter),
    SERVICES: board.services,
    APPS: board.folder,
  };
  return {
    env: own,
    end: async () => {
      for (const [cwd, host] of [
        [folders.kitchen, "pi@kitchen"],
        [folders.pi, "pi@raspberrypi.local"],
      ] as const)
        await run({ argv: ["npx", "boardkit", "remove", "--all", host], cwd, env: { ...env, ...own }, signal: context.signal });
      await board.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Writes a program `ssh` that reads a configuration with the names of the page; returns its folder. */
function writeSsh(folder: string, config: string): string {
  const text = readFileSync(config, "utf8");
  const [, port = "", key = ""] = /Host guest\n(?:.*\n)*?\s+Port (\d+)\n(?:.*\n)*?\s+IdentityFile (.*)\n/.exec(text) ?? [];
  const host = (names: string, ...more: string[]) =>
    [`Host ${names}`, "HostName 127.0.0.1", `Port ${port}`, `IdentityFile ${key}`, ...more, ""].join("\n");
  const file = join(folder, "guides-config");
  // The key of the new Pi is not known yet.
  writeFileSync(file, host("kitchen 192.168.1.1") + host("raspberrypi.local", "HostKeyAlias raspberrypi.local") + text);
  const ssh = execFileSync("sh", ["-c", "command -v ssh"], { encoding: "utf8" }).trim();
  const bin = join(folder, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "ssh"), `#!/bin/sh\nexec ${ssh} -F ${file} "$@"\n`, { mode: 0o755 });
  return bin;
}
