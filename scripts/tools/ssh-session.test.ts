import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { temporaryFolder } from "../checks/fixtures/temporary-folder.ts";
import { createSession } from "./ssh-session.ts";

afterEach(() => vi.unstubAllEnvs());

const { signal } = new AbortController();

/** Puts a program `ssh` on the PATH that notes its calls; returns them. */
function standIn(): () => string[] {
  const folder = temporaryFolder();
  const calls = join(folder, "calls");
  writeFileSync(join(folder, "ssh"), `#!/bin/sh\necho "$*" >>${calls}\ncat\n`, { mode: 0o755 });
  vi.stubEnv("PATH", `${folder}:/usr/bin:/bin`);
  return () => readFileSync(calls, "utf8").trimEnd().split("\n");
}

const socketOf = (call: string | undefined) => /ControlPath=(\S+)/.exec(call ?? "")?.[1] ?? "";

test("all commands share one connection of this session, which ends with it", async () => {
  const calls = standIn();
  const runtime = temporaryFolder("r");
  const session = createSession({ name: "kitchen", trust: false }, { XDG_RUNTIME_DIR: runtime }, signal);
  await session.run(["one"]);
  await session.run(["two"]);
  const folder = dirname(socketOf(calls()[0]));
  expect(folder.startsWith(`${runtime}/`)).toBe(true);
  expect(existsSync(folder)).toBe(true);
  await session.end();
  expect(calls().map(socketOf)).toEqual(Array.from({ length: 3 }, () => join(folder, "s")));
  expect(calls().map((call) => call.replace(/^.* -- /, ""))).toEqual(["kitchen one", "kitchen two", "kitchen"]);
  expect(calls()[0]).toContain("ControlMaster=auto");
  expect(calls()[2]).toMatch(/^-O exit /);
  expect(existsSync(folder)).toBe(false);
});

test("another session has another socket; a folder that is too long or not there is not taken", async () => {
  const calls = standIn();
  const long = join(temporaryFolder(), "x".repeat(80));
  mkdirSync(long);
  for (const XDG_RUNTIME_DIR of [long, "/no/such/folder", undefined]) {
    const session = createSession({ name: "kitchen", trust: false }, { XDG_RUNTIME_DIR }, signal);
    await session.run(["one"]);
    await session.end();
  }
  const sockets = new Set(calls().map(socketOf));
  expect(sockets.size).toBe(3);
  for (const socket of sockets) expect(Buffer.byteLength(socket) + 17).toBeLessThanOrEqual(104);
});
