// One connection to a host for many commands: ssh's own ControlMaster. The first command opens it, also after the link was cut.
import { existsSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "./exec.ts";
import { runOverSsh, sshArgv, type SshAnswer, type SshCall, type SshHost } from "./ssh.ts";

export type SshSession = {
  host: SshHost;
  /** Runs a command; `signal` replaces the session's own, for what an interrupt must not stop. */
  run(words: string[], call?: SshCall, signal?: AbortSignal): Promise<SshAnswer>;
  /** Ends the connection; the next command opens a new one. */
  renew(): Promise<void>;
  /** Ends the connection for good. */
  end(): Promise<void>;
};

/** The kernel's limit of 104 to 108 bytes for a socket's path, less ssh's temporary ending and the name. */
const MOST_FOLDER = 104 - 17 - "/boardkit-XXXXXX/s".length;
/** Seconds for the end of a connection whose link is dead. */
const END_SECONDS = 5;

/** Opens nothing yet. The socket is in a folder of its own, so that no other run of Boardkit uses or ends the connection. */
export function createSession(host: SshHost, env: NodeJS.ProcessEnv, signal: AbortSignal): SshSession {
  const folder = mkdtempSync(join(socketFolder(env), "boardkit-"));
  const shared = { ...host, control: join(folder, "s") };
  const renew = async () => {
    const argv = sshArgv(shared, []);
    // It fails if nothing is open; then there is nothing to end.
    await run({ argv: [argv[0]!, "-O", "exit", ...argv.slice(1)], timeoutSeconds: END_SECONDS });
  };
  return {
    host,
    run: (words, call = {}, own = signal) => runOverSsh(shared, words, call, own),
    renew,
    end: async () => {
      await renew();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A folder of this user or of temporary files with a short path. */
function socketFolder({ XDG_RUNTIME_DIR: own = "" }: NodeJS.ProcessEnv): string {
  return [own, tmpdir()].find((folder) => Buffer.byteLength(folder) <= MOST_FOLDER && existsSync(folder)) ?? "/tmp";
}
