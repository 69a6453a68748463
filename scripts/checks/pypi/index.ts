// pypiserver on a free port of this machine: an index of Python packages that takes uploads with a token.
import { createHash } from "node:crypto";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { PythonRegistry } from "../../model/report/publication.ts";
import { freePort } from "../fixtures/ssh-guest.ts";
import { ensureRequirements } from "../../tools/packages/pip.ts";

export type PythonIndexServer = PythonRegistry & {
  port: number;
  /** The names of the published files, sorted. */
  files: () => Promise<string[]>;
  end: () => Promise<void>;
};

const STARTS = 100;

export type IndexOptions = {
  port?: number;
  /** The server of pypiserver: by default waitress, which takes requests whole. wsgiref passes on what a broken connection has brought. */
  server?: "wsgiref";
};

/** Starts an index with its files in a folder; it takes uploads with this token alone. The cache folder keeps pypiserver. */
export async function startIndex(
  folder: string,
  token: string,
  cache: string,
  { port, server }: IndexOptions = {},
): Promise<PythonIndexServer> {
  const python = await ensureRequirements(
    join(cache, "python-index"),
    join(import.meta.dirname, "requirements.txt"),
    AbortSignal.timeout(300_000),
  );
  const [packages, passwords] = [join(folder, "packages"), join(folder, "htpasswd")];
  await mkdir(packages, { recursive: true });
  await writeFile(passwords, `__token__:{SHA}${createHash("sha1").update(token).digest("base64")}\n`);
  const chosen = port ?? (await freePort());
  const options = ["--interface", "127.0.0.1", "--port", String(chosen), "--passwords", passwords, "--authenticate", "update"];
  const child = spawn(python, ["-m", "pypiserver", "run", "--disable-fallback", "--server", server ?? "auto", ...options, packages], {
    stdio: "ignore",
  });
  const url = `http://127.0.0.1:${chosen}/`;
  await answers(url, child);
  return {
    upload: url,
    index: `${url}simple/`,
    port: chosen,
    files: async () => (await readdir(packages)).toSorted(),
    end: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "close");
      child.kill();
      await ended;
    },
  };
}

async function answers(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < STARTS && child.exitCode === null; tries += 1) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    await sleep(100);
  }
  throw new Error(`pypiserver does not answer at ${url}`);
}
