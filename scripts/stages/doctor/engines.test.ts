// doctor's table of container engines.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { quietContext } from "../../checks/fixtures/packable-project.ts";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { describeEngines } from "../../commands/doctor.ts";
import { examineEngines } from "./engines.ts";

/** A folder with engines that are shell scripts. */
function pathWith(programs: Record<string, string>): string {
  const folder = temporaryFolder();
  for (const [name, script] of Object.entries(programs)) writeFileSync(join(folder, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return folder;
}

const DOCKER = `case "$1" in info) echo '{"ServerVersion":"28.2.2"}';; context) echo unix:///run/docker.sock;; esac`;
const PODMAN = `[ "$1" = --version ] && echo podman version 4.3.1 || echo '{"version":{"Version":"4.3.1"}}'`;
const examine = (searchPath: string, engine?: string) =>
  examineEngines({ searchPath, engines: { engine, containersConf: "/mine" } }, quietContext());

test("which engine is taken, and the version and daemon of each that answers", async () => {
  const path = pathWith({ docker: DOCKER, podman: PODMAN });
  const { findings, engine } = await examine(path);
  expect(engine).toMatchObject({ name: "podman" });
  expect(describeEngines(findings)).toMatch(
    /✓ +podman +4\.3\.1, by .*podman\n- +docker +28\.2\.2 at unix:\/\/\/run\/docker\.sock, by .*not needed/,
  );
  expect((await examine(path, "docker")).findings).toEqual([
    { name: "docker", works: true, used: true, text: `28.2.2 at unix:///run/docker.sock, by ${join(path, "docker")}` },
  ]);
  const disguised = await examine(pathWith({ docker: PODMAN }), "docker");
  expect(disguised.findings[0]?.text).toMatch(/^it is podman 4\.3\.1, by /);
});

test("an engine that is missing, and one whose daemon does not answer", async () => {
  const docker = "echo 'Cannot connect to the Docker daemon at unix:///x.sock. Is the docker daemon running?' >&2; exit 1";
  const { findings, engine } = await examine(pathWith({ docker }));
  expect(engine).toBeUndefined();
  expect(findings).toMatchObject([
    { name: "podman", works: false, text: "podman is not on the PATH", fix: expect.stringContaining("apt-get install podman") },
    { name: "docker", works: false, text: "docker is installed, but its daemon does not answer at unix:///x.sock" },
  ]);
});
