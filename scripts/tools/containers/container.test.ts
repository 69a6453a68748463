// Container engines that are missing, not running, or not allowed for this user: each has its own message.
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { whereIs } from "../../stages/set-up/host-tools.ts";
import { engineFault, findEngine, isUnreachable, prepareEngine, type EngineHost } from "./container.ts";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";

const { signal } = new AbortController();

/** A folder with shell scripts as programs. */
function folderWith(programs: Record<string, string>): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(folder, name), `#!/bin/sh\n${text}\n`);
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

function hostWith(programs: Record<string, string>, unifiedCgroups = true): EngineHost {
  const folder = folderWith(programs);
  return { cache: folder, where: (name) => whereIs(name, folder), unifiedCgroups };
}

// Messages of docker 28 and podman 4.3.
const NO_DAEMON = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?";
const NO_RIGHTS = "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock";
const NO_IDS = 'Error: cannot find UID/GID for user me: no subuid ranges found for user "me" in /etc/subuid';
const NO_UIDMAP = 'Error: command required for rootless mode with multiple IDs: exec: "newuidmap": executable file not found in $PATH';
const NO_REGISTRY = 'Error: pinging container registry r.example: Get "https://r.example/v2/": dial tcp: lookup r.example: no such host';

test("without any engine, the fix installs one", async () => {
  expect(await findEngine(hostWith({}), {}, signal)).toEqual({
    reason: "no container engine: podman and docker not on the PATH",
    fix: expect.stringContaining("apt-get install podman runc"),
    packages: ["podman", "runc", "uidmap", "slirp4netns", "fuse-overlayfs"],
  });
});

test("a client without a running engine is skipped", async () => {
  const docker = `echo '${NO_DAEMON}' >&2; exit 1`;
  expect(await findEngine(hostWith({ docker }), {}, signal)).toMatchObject({
    reason: "docker is installed, but its engine does not answer",
    fix: expect.stringContaining("boardkit doctor --fix"),
    packages: ["podman", "runc", "uidmap", "slirp4netns", "fuse-overlayfs"],
  });
  expect(await findEngine(hostWith({ docker, podman: "exit 0" }), {}, signal)).toMatchObject({ name: "podman", env: {} });
  expect(await findEngine(hostWith({ docker, podman: "exit 0" }), { engine: "docker" }, signal)).toMatchObject({
    reason: expect.stringContaining("docker"),
  });
});

test("an engine can be given by its path", async () => {
  const path = join(folderWith({ podman: "exit 0" }), "podman");
  const host = hostWith({ runc: "" }, false);
  expect(await findEngine(host, { engine: path, options: "--cpus 1" }, signal)).toEqual({
    name: "podman",
    path,
    env: { CONTAINERS_CONF: join(host.cache, "containers", "containers.conf") },
    options: "--cpus 1",
  });
  expect(await findEngine(host, { engine: "/nowhere/podman" }, signal)).toMatchObject({
    reason: expect.stringContaining("/nowhere/podman"),
  });
});

test("missing rights have their own fix", () => {
  expect(engineFault("docker", NO_RIGHTS)).toMatchObject({
    reason: expect.stringContaining("may not be used by this user"),
    fix: expect.stringContaining("usermod -aG docker"),
  });
  expect(engineFault("podman", NO_IDS)).toMatchObject({ fix: expect.stringContaining("--add-subuids") });
  expect(engineFault("podman", NO_UIDMAP)).toMatchObject({ fix: expect.stringContaining("install uidmap"), packages: ["uidmap"] });
  expect(engineFault("podman", "Error: something new")).toMatchObject({ reason: "podman does not work: Error: something new" });
});

test("with control groups version 1 podman gets runc and our configuration, unless the user has one", () => {
  const old = hostWith({ runc: "" }, false);
  expect(prepareEngine("podman", "/podman", old, {})).toMatchObject({
    env: { CONTAINERS_CONF: join(old.cache, "containers", "containers.conf") },
  });
  expect(prepareEngine("podman", "/podman", old, { containersConf: "/mine" })).toMatchObject({ env: {} });
  expect(prepareEngine("docker", "/docker", old, {})).toMatchObject({ env: {} });
  expect(prepareEngine("podman", "/podman", hostWith({}, false), {})).toMatchObject({ fix: "apt-get install runc", packages: ["runc"] });
});

test("an unreachable registry is distinguished from one that refuses", () => {
  expect(isUnreachable(NO_REGISTRY)).toBe(true);
  expect(isUnreachable("Error: reading manifest nope in docker.io/library/debian: manifest unknown")).toBe(false);
});
