import { expect, test } from "vitest";
import { engineFault, isUnreachable } from "./engine-fault.ts";

// Messages of docker 28 and 29, and podman 4.3.
const NO_RIGHTS = "permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock";
const NO_DAEMON = "Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?";
const NO_DAEMON_29 =
  "failed to connect to the docker API at unix:///run/d.sock; check if the path is correct and if the daemon is running: dial unix /run/d.sock: connect: no such file or directory";
const NO_RIGHTS_29 =
  "permission denied while trying to connect to the docker API at unix:///var/run/docker.sock: dial unix /var/run/docker.sock: connect: permission denied";
const NO_IDS = 'Error: cannot find UID/GID for user me: no subuid ranges found for user "me" in /etc/subuid';
const NO_UIDMAP = 'Error: command required for rootless mode with multiple IDs: exec: "newuidmap": executable file not found in $PATH';
const NO_REGISTRY = 'Error: pinging container registry r.example: Get "https://r.example/v2/": dial tcp: lookup r.example: no such host';

test("missing rights have their own fix", () => {
  for (const text of [NO_RIGHTS, NO_RIGHTS_29]) {
    expect(engineFault("docker", text)).toMatchObject({
      reason: expect.stringContaining("may not be used by this user"),
      fix: expect.stringContaining("usermod -aG docker"),
    });
  }
  expect(engineFault("podman", NO_IDS)).toMatchObject({ fix: expect.stringContaining("--add-subuids") });
  expect(engineFault("podman", NO_UIDMAP)).toMatchObject({ fix: expect.stringContaining("install uidmap"), packages: ["uidmap"] });
  expect(engineFault("podman", "Error: something new")).toMatchObject({ reason: "podman does not work: Error: something new" });
});

test("a daemon that does not answer is named by its address, and the fix starts it", () => {
  const reason = "docker is installed, but its daemon does not answer at unix:///";
  expect(engineFault("docker", NO_DAEMON).reason).toBe(`${reason}var/run/docker.sock`);
  expect(engineFault("docker", NO_DAEMON_29).reason).toBe(`${reason}run/d.sock`);
  expect(engineFault("docker", NO_DAEMON).fix).toMatch(/systemctl start docker; without root: systemctl --user start docker/);
  expect(engineFault("podman", "Cannot connect to Podman. Please verify your connection")).toMatchObject({
    reason: "podman is installed, but its daemon does not answer",
    fix: expect.stringMatching(/^start its service/),
  });
});

test("an unreachable registry is distinguished from one that refuses", () => {
  expect(isUnreachable(NO_REGISTRY)).toBe(true);
  expect(isUnreachable("Error: reading manifest nope in docker.io/library/debian: manifest unknown")).toBe(false);
});
