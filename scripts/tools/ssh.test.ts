import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, expect, test, vi } from "vitest";
import { temporaryFolder } from "../checks/fixtures/temporary-folder.ts";
import { runOverSsh, sshArgv } from "./ssh.ts";

afterEach(() => vi.unstubAllEnvs());

const { signal } = new AbortController();
const call = (name = "kitchen", trust = false) =>
  runOverSsh({ name, trust }, ["exec", "sh", "-s"], { input: Readable.from(["echo hello"]) }, signal);

/** Puts a program `ssh` on the PATH. */
function standIn(text: string): void {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "ssh"), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  vi.stubEnv("PATH", `${folder}:/usr/bin:/bin`);
}

test("nothing can ask a question, and a host's name is no option", () => {
  const argv = sshArgv({ name: "pi@kitchen", config: "/x/config", trust: false }, ["true"]);
  expect(argv.slice(0, 3)).toEqual(["ssh", "-F", "/x/config"]);
  expect(argv.slice(-3)).toEqual(["--", "pi@kitchen", "true"]);
  for (const option of ["BatchMode=yes", "ConnectTimeout=10", "ServerAliveInterval=5", "StrictHostKeyChecking=yes"])
    expect(argv).toContain(option);
  expect(sshArgv({ name: "x", trust: true }, [])).toContain("StrictHostKeyChecking=accept-new");
});

test("the command reads the input; each byte of its output is kept", async () => {
  standIn(String.raw`cat; printf '\377\000'`);
  const { stdout, end } = await call();
  expect(stdout).toEqual(Buffer.concat([Buffer.from("echo hello"), Buffer.from([0xff, 0])]));
  expect(end).toBe("exited with 0");
});

test.each([
  ["ssh: Could not resolve hostname kitchen: Name or service not known", "HOST_UNKNOWN", /there is no host kitchen/, /mDNS/],
  ["ssh: connect to host kitchen port 22: Connection refused", "HOST_REFUSED", /refuses/, /start sshd or dropbear/],
  ["ssh: connect to host kitchen port 22: Connection timed out", "HOST_AWAY", /does not answer/, /ping kitchen/],
  ["ssh: connect to host kitchen port 22: No route to host", "HOST_AWAY", /does not answer/, /ping kitchen/],
  ["Timeout, server kitchen not responding.", "HOST_AWAY", /does not answer/, /ping kitchen/],
  [
    "No ED25519 host key is known for kitchen and you have requested strict checking.\nHost key verification failed.",
    "HOST_KEY_UNKNOWN",
    /SHA256:abc/,
    /--trust/,
  ],
  [
    "@ WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED! @\nHost key verification failed.",
    "HOST_KEY_CHANGED",
    /another key/,
    /remove the old key/,
  ],
  ["root@kitchen: Permission denied (publickey,password).", "HOST_DENIED", /never asks for a password/, /ssh-copy-id kitchen/],
  ["/x/config: line 1: Bad configuration option: hostt", "SSH_CONFIG", /its configuration/, /the file that the output names/],
  ["kex_exchange_identification: read: Connection reset by peer", "SSH_FAILED", /exited with 255/, /ssh -v kitchen/],
])("%s", async (text, code, message, fix) => {
  standIn(
    `case $* in *DEBUG1*) echo 'debug1: Server host key: ssh-ed25519 SHA256:jump' >&2; echo 'debug1: Server host key: ssh-ed25519 SHA256:abc' >&2 ;; esac\necho '${text}' >&2\nexit 255`,
  );
  const error = await call().catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code, message: expect.stringMatching(message), details: { fix: expect.stringMatching(fix) } });
});

test("a missing ssh has a fix", async () => {
  vi.stubEnv("PATH", temporaryFolder());
  await expect(call()).rejects.toMatchObject({
    code: "TOOL_MISSING",
    exit: "toolMissing",
    details: { fix: expect.stringMatching(/openssh-client/) },
  });
});

test.each(["", "-oProxyCommand=touch x", "a b"])("%j is no host", async (name) => {
  await expect(call(name)).rejects.toMatchObject({ code: "USAGE", exit: "usage" });
});

test("a new key that is accepted is returned with its fingerprint", async () => {
  const says = "Warning: Permanently added 'kitchen' (ED25519) to the list of known hosts.";
  standIn(`echo 'debug1: Server host key: ssh-ed25519 SHA256:abc' >&2\necho "${says}" >&2`);
  await expect(call("kitchen", true)).resolves.toMatchObject({ newKey: "ssh-ed25519 SHA256:abc", stderr: `${says}\n` });
});
