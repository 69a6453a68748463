// Container engines that are missing, not running, or not allowed for this user: each has its own message.
import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { whereIs } from "../../stages/set-up/host-tools.ts";
import { findEngine, prepareEngine, removeCommand, type EngineHost } from "./container.ts";
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

// Messages of docker 28.
const NO_DAEMON = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?";

type Answers = { version?: string; info?: object; address?: string };

/** A shell script that answers as an engine does. */
const engineOf = ({ version = "", info = {}, address = "" }: Answers = {}) =>
  `case "$1" in --version) echo '${version}';; info) echo '${JSON.stringify(info)}';; context) echo '${address}';; esac`;

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
    reason: "docker is installed, but its daemon does not answer at unix:///var/run/docker.sock",
    fix: expect.stringMatching(/^start it \(systemctl start docker;.*DOCKER_HOST.*boardkit doctor --fix/),
    packages: ["podman", "runc", "uidmap", "slirp4netns", "fuse-overlayfs"],
  });
  expect(await findEngine(hostWith({ docker, podman: engineOf() }), {}, signal)).toMatchObject({ name: "podman", env: {} });
  expect(await findEngine(hostWith({ docker, podman: engineOf() }), { engine: "docker" }, signal)).toMatchObject({
    reason: expect.stringContaining("docker"),
  });
});

test("an engine can be given by its path", async () => {
  const path = join(folderWith({ podman: engineOf() }), "podman");
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

test("docker is found with its version and the address of its daemon; podman comes before it, unless the user names docker", async () => {
  const docker = engineOf({
    version: "Docker version 28.2.2, build e6534b4",
    info: { ServerVersion: "20.10.24", SecurityOptions: ["name=seccomp,profile=default"] },
    address: "unix:///run/docker.sock",
  });
  const about = "20.10.24 at unix:///run/docker.sock";
  expect(await findEngine(hostWith({ docker }), {}, signal)).toMatchObject({ name: "docker", env: {}, about });
  const both = hostWith({ docker, podman: engineOf({ info: { version: { Version: "4.3.1" } } }) });
  expect(await findEngine(both, {}, signal)).toMatchObject({ name: "podman", about: "4.3.1" });
  expect(await findEngine(both, { engine: "docker" }, signal)).toMatchObject({ name: "docker", about });
});

test("docker without root: cross must not call the container with the user's id, unless the user says otherwise", async () => {
  const docker = engineOf({ info: { ServerVersion: "28.2.2", SecurityOptions: ["name=seccomp,profile=builtin", "name=rootless"] } });
  const env = async (rootless?: string) => {
    const engine = await findEngine(hostWith({ docker }), { rootless }, signal);
    return "reason" in engine ? engine : engine.env;
  };
  expect(await env()).toEqual({ CROSS_ROOTLESS_CONTAINER_ENGINE: "1" });
  expect(await env("auto")).toEqual({ CROSS_ROOTLESS_CONTAINER_ENGINE: "1" });
  expect(await env("0")).toEqual({});
  const podman = engineOf({ info: { host: { security: { rootless: true } } } });
  expect(await findEngine(hostWith({ podman }), {}, signal)).toMatchObject({ env: {}, about: "without root" });
});

test("docker 20.10 exits with 0 without a daemon, and another machine's daemon does not see the folders", async () => {
  const silent = engineOf({ info: { ServerErrors: [NO_DAEMON] } });
  expect(await findEngine(hostWith({ docker: silent }), {}, signal)).toMatchObject({ reason: expect.stringContaining("does not answer") });
  const remote = engineOf({ address: "ssh://me@build.example" });
  expect(await findEngine(hostWith({ docker: remote }), {}, signal)).toMatchObject({
    reason: "docker's daemon is on another machine (ssh://me@build.example), and cross mounts folders of this one",
    fix: "unset DOCKER_HOST, or: docker context use default",
  });
  expect(await findEngine(hostWith({ docker: "echo text" }), {}, signal)).toMatchObject({ reason: "docker does not work: text" });
});

test("podman under docker's name is podman: its configuration, and how its containers end", async () => {
  const docker = engineOf({ version: "podman version 4.3.1" });
  const host = hostWith({ docker, runc: "" }, false);
  const engine = await findEngine(host, { engine: "docker" }, signal);
  expect(engine).toMatchObject({ name: "podman", env: { CONTAINERS_CONF: expect.any(String) } });
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

test("the command that ends a container: only podman takes a time, and waits 10 s without one", () => {
  const command = (name: string) => removeCommand({ name, path: `/${name}`, env: {} }, "boardkit-1");
  expect(command("podman")).toEqual(["/podman", "rm", "--force", "--volumes", "--time", "0", "boardkit-1"]);
  expect(command("docker")).toEqual(["/docker", "rm", "--force", "--volumes", "boardkit-1"]);
});
