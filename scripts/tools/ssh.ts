// Runs a command on another machine by the system's `ssh`: keys, agents, ProxyJump and ~/.ssh/config are the user's own and work.
import type { Readable } from "node:stream";
import { BoardkitError } from "../lib/errors.ts";
import { printable } from "../lib/printable.ts";
import { describeEnd, formatCommand, run, tailOf, type Outcome } from "./exec.ts";

/** A machine, and how ssh reaches it. */
export type SshHost = {
  /** As `ssh` takes it: a name of its configuration, `user@name`, an address, or an ssh:// address. */
  name: string;
  /** The configuration of ssh, instead of the user's own. */
  config?: string | undefined;
  /** Whether the key of a host that is not known yet is accepted and kept. */
  trust: boolean;
  /** Socket of a connection that several commands share; the first of them opens it. */
  control?: string;
};

export type SshCall = {
  input?: Readable;
  /** Seconds for the whole command; 0 for any time. */
  seconds?: number;
  /** Gets stdout as it comes; the answer has none then. */
  onStdout?: (chunk: Buffer) => void;
};

export type SshAnswer = {
  stdout: Buffer;
  stderr: string;
  /** The fingerprint of a key that is new and was accepted. */
  newKey?: string;
  /** How the command ended, as the end of a sentence. */
  end: string;
  /** The whole call, for errors. */
  command: string;
  seconds: number;
};

/** Seconds for the whole command: a Node on a small board takes seconds to start. */
const MOST_SECONDS = 60;

/** Seconds that a shared connection stays open without a command, if nothing closes it. */
const PERSIST_SECONDS = 60;

/** Nothing asks a question: neither for a password nor for a host key. Forwarding and commands of the configuration would be in the way. */
const OPTIONS = [
  "BatchMode=yes",
  "ConnectTimeout=10",
  "ServerAliveInterval=5",
  "ServerAliveCountMax=3",
  "ClearAllForwardings=yes",
  "RemoteCommand=none",
  "RequestTTY=no",
];

/** The arguments of ssh for a command; the words of the command are for the shell of the host. */
export function sshArgv({ name, config, trust, control }: SshHost, words: string[], logLevel: "INFO" | "DEBUG1" = "INFO"): string[] {
  // Without a socket of the caller a master would outlive the call; one of the user that runs already is used.
  const shared =
    control === undefined ? ["ControlMaster=no"] : ["ControlMaster=auto", `ControlPath=${control}`, `ControlPersist=${PERSIST_SECONDS}`];
  // `accept-new` refuses a key that has changed.
  const options = [...OPTIONS, ...shared, `StrictHostKeyChecking=${trust ? "accept-new" : "yes"}`, `LogLevel=${logLevel}`];
  return ["ssh", ...(config === undefined ? [] : ["-F", config]), ...options.flatMap((option) => ["-o", option]), "--", name, ...words];
}

/** Runs a command on a host in one connection; an error says why there is no connection, and what to do. */
export async function runOverSsh(
  host: SshHost,
  words: string[],
  { input, seconds = MOST_SECONDS, onStdout }: SshCall,
  signal: AbortSignal,
): Promise<SshAnswer> {
  if (host.name === "" || /^-|\s/.test(host.name))
    throw new BoardkitError(`${JSON.stringify(host.name)} is not the name of a host`, {
      code: "USAGE",
      exit: "usage",
      fix: "write it as for ssh, for example pi@kitchen, 192.168.1.1 or a Host of ~/.ssh/config",
    });
  const argv = sshArgv(host, words, host.trust ? "DEBUG1" : "INFO");
  const outcome = await callSsh({ argv, input, seconds, onStdout }, signal);
  // The exit code of ssh itself; a command on the host has another one.
  if (outcome.exitCode === 255 || outcome.timedOut) throw await explain(host, outcome, signal);
  const stderr = withoutDebug(outcome.stderr);
  const added = /^Warning: Permanently added/m.test(stderr) ? fingerprintIn(outcome.stderr) : undefined;
  return {
    stdout: Buffer.from(outcome.stdout, "latin1"),
    stderr,
    ...(added === undefined ? {} : { newKey: added }),
    end: describeEnd(outcome),
    command: formatCommand({ argv: sshArgv(host, words) }),
    seconds: outcome.seconds,
  };
}

type Call = { argv: string[] } & { [K in keyof SshCall]: SshCall[K] | undefined };

async function callSsh({ argv, input, seconds, onStdout }: Call, signal: AbortSignal): Promise<Outcome> {
  try {
    return await run({
      argv,
      signal,
      encoding: "latin1",
      ...(input ? { input } : {}),
      ...(onStdout ? { onStdout } : {}),
      ...(seconds ? { timeoutSeconds: seconds } : {}),
    });
  } catch (error) {
    if (!(error instanceof BoardkitError && error.code === "TOOL_MISSING")) throw error;
    throw new BoardkitError("ssh could not be started", {
      ...error.details,
      fix: "install the client of OpenSSH, for example with apt-get install openssh-client, and put it on the PATH",
    });
  }
}

type Fault = { pattern: RegExp; code: string; says: (name: string) => string; fix: (name: string) => string };

/** What ssh says -> what it means, in the order in which they are tried. */
const FAULTS: Fault[] = [
  {
    pattern: /REMOTE HOST IDENTIFICATION HAS CHANGED/,
    code: "HOST_KEY_CHANGED",
    says: (name) => `${name} has another key than the known one: it was installed anew, or it is not the same machine`,
    fix: () => "if you installed it anew, remove the old key (the output names its file and line), and call `boardkit probe` with --trust",
  },
  {
    pattern: /host key is known for|Host key verification failed/,
    code: "HOST_KEY_UNKNOWN",
    says: (name) => `the key of ${name} is not known yet`,
    fix: (name) =>
      `compare the fingerprint with the board's own (\`ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub\` there; of dropbear \`dropbearkey -y -f /etc/dropbear/dropbear_ed25519_host_key\`)\nthen call \`boardkit probe\` with --trust, or connect once with \`ssh ${name}\`, to add the key`,
  },
  {
    pattern: /Could not resolve hostname/,
    code: "HOST_UNKNOWN",
    says: (name) => `there is no host ${name}`,
    fix: () => "check the name, or use the address; a `Host` of ~/.ssh/config works too, and names in .local need mDNS on this machine",
  },
  {
    pattern: /Connection refused/,
    code: "HOST_REFUSED",
    says: (name) => `${name} refuses connections to the port of ssh`,
    fix: (name) =>
      `start sshd or dropbear there (Raspberry Pi OS: raspi-config, Interface Options, SSH); another port: \`Port\` in ~/.ssh/config, or ssh://${name}:2222`,
  },
  {
    pattern: /timed out|No route to host|Network is unreachable|not responding/i,
    code: "HOST_AWAY",
    says: (name) => `${name} does not answer`,
    fix: (name) => `check that it is on and in this network: ping ${name.replace(/^.*@/, "")}`,
  },
  {
    pattern: /Permission denied|Too many authentication failures/,
    code: "HOST_DENIED",
    says: (name) => `${name} does not accept a key of yours; Boardkit never asks for a password`,
    fix: (name) =>
      `add your key to the board: ssh-copy-id ${name} (OpenWrt: add it to /etc/dropbear/authorized_keys)\nwithout a key: ssh-keygen -t ed25519; a key with a passphrase must be in ssh-agent; for another user: <user>@<host>`,
  },
  {
    pattern: /Bad configuration option|bad configuration options|Can't open user config file|Bad owner or permissions/,
    code: "SSH_CONFIG",
    says: () => "ssh does not accept its configuration",
    fix: () => "fix the file that the output names",
  },
];

async function explain(host: SshHost, outcome: Outcome, signal: AbortSignal): Promise<BoardkitError> {
  const stderr = withoutDebug(outcome.stderr);
  const fault = FAULTS.find(({ pattern }) => pattern.test(stderr));
  const details = { command: formatCommand({ argv: sshArgv(host, []) }), tail: tailOf(printable(stderr)) };
  if (!fault)
    return outcome.timedOut
      ? new BoardkitError(`${host.name} has let ssh in, and then not answered for ${outcome.seconds.toFixed(0)} s`, {
          ...details,
          code: "HOST_AWAY",
        })
      : new BoardkitError(`ssh to ${host.name} ${describeEnd(outcome)}`, {
          ...details,
          code: "SSH_FAILED",
          fix: `try it without Boardkit: ssh -v ${host.name} true`,
        });
  const key = fault.code === "HOST_KEY_UNKNOWN" ? await askKey(host, signal) : undefined;
  return new BoardkitError(`${fault.says(host.name)}${key === undefined ? "" : `; its fingerprint is ${key}`}`, {
    ...details,
    code: fault.code,
    fix: fault.fix(host.name),
  });
}

/** The fingerprint of a host's key, which ssh says only when it explains itself; unlike ssh-keyscan it follows the configuration. */
async function askKey(host: SshHost, signal: AbortSignal): Promise<string | undefined> {
  const argv = sshArgv({ ...host, trust: false }, ["true"], "DEBUG1");
  const { stderr } = await callSsh({ argv, input: undefined, seconds: MOST_SECONDS, onStdout: undefined }, signal);
  return fingerprintIn(stderr);
}

/** The last one is that of the host; those before it are of the hosts on the way. */
function fingerprintIn(stderr: string): string | undefined {
  return [...stderr.matchAll(/^debug1: Server host key: (\S+ SHA256:\S+)/gm)].at(-1)?.[1];
}

function withoutDebug(stderr: string): string {
  // ssh ends its lines with CR LF.
  const lines = stderr.replaceAll("\r", "").split("\n");
  return lines.filter((line) => !/^(debug1: |OpenSSH_|Authenticated to |Transferred: |Bytes per second: )/.test(line)).join("\n");
}
