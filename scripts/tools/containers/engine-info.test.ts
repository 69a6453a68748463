import { expect, test } from "vitest";
import { engineName, isRemote, readInfo } from "./engine-info.ts";

test("info of docker, of podman, and text that is none", () => {
  const docker = { ServerVersion: "28.2.2", SecurityOptions: ["name=seccomp,profile=builtin", "name=rootless"], ClientInfo: {} };
  expect(readInfo(JSON.stringify(docker))).toEqual({ version: "28.2.2", isRootless: true, errors: [] });
  const podman = { version: { Version: "4.3.1" }, host: { security: { rootless: false } } };
  expect(readInfo(JSON.stringify(podman))).toEqual({ version: "4.3.1", isRootless: false, errors: [] });
  expect(readInfo('{"ServerErrors":["no daemon"],"SecurityOptions":null}')).toMatchObject({ isRootless: false, errors: ["no daemon"] });
  for (const text of ["", "null", "Client: Docker"]) expect(readInfo(text)).toBeUndefined();
});

test("an engine is what its --version says, else its program's name", () => {
  expect(engineName("docker", "podman version 4.3.1\n")).toBe("podman");
  expect(engineName("my-docker", "Docker version 28.2.2, build e6534b4\n")).toBe("docker");
  expect(engineName("nerdctl", "nerdctl version 2.0.0")).toBe("nerdctl");
});

test("addresses of daemons on other machines", () => {
  for (const near of [
    "unix:///var/run/docker.sock",
    "tcp://127.0.0.1:2375",
    "tcp://localhost:2375",
    "ssh://me@localhost",
    "tcp://[::1]:2375",
    "",
  ])
    expect(isRemote(near), near).toBe(false);
  for (const far of ["tcp://10.0.0.2:2375", "ssh://me@build.example", "tcp://localhost.example:2375"])
    expect(isRemote(far), far).toBe(true);
});
