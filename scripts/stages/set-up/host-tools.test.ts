import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fromSystemError } from "../../lib/errors.ts";
import { findMissing, hostTools, requireLinux, requirePackages, requireSpace, requireTools, whereIs } from "./host-tools.ts";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";

function folderWith(...names: string[]): string {
  const folder = temporaryFolder();
  for (const name of names) {
    writeFileSync(join(folder, name), "#!/bin/sh\n");
    chmodSync(join(folder, name), 0o755);
  }
  return folder;
}

test("one error names all missing programs, each with its fix", () => {
  const others = hostTools.map((tool) => tool.name).filter((name) => !["cargo", "python3", "apt-get"].includes(name));
  const missing = findMissing(hostTools, folderWith(...others));
  expect(missing.map((tool) => tool.name)).toEqual(["cargo", "python3", "apt-get"]);
  expect(() => requireTools(missing)).toThrow(
    expect.objectContaining({ code: "TOOL_MISSING", exit: "toolMissing", message: expect.stringMatching(/cargo.*python3.*apt-get/) }),
  );
  expect(() => requireTools(missing)).toThrow(
    expect.objectContaining({ details: expect.objectContaining({ fix: expect.stringMatching(/rustup[^]*python3-venv[^]*Debian/) }) }),
  );
});

test("there is no error if no program is missing; a file without the execute bit is not a program", () => {
  const folder = folderWith("cargo");
  expect(whereIs("cargo", folder)).toBe(join(folder, "cargo"));
  chmodSync(join(folder, "cargo"), 0o644);
  expect(whereIs("cargo", folder)).toBeUndefined();
  expect(() => requireTools([])).not.toThrow();
});

test("a full disk is refused before anything begins", () => {
  expect(() => requireSpace("/cache", "cache", 1_000_000_000)).toThrow(
    expect.objectContaining({ code: "DISK_FULL", message: "1000 MB are free at /cache, and 2500 MB are needed" }),
  );
  expect(() => requireSpace("/cache", "cache", 3_000_000_000)).not.toThrow();
  expect(() => requireSpace("/cache", "boards", 1_000_000_000)).toThrow(/1500 MB are needed/);
});

test("a disk that fills up during a run has the same code and fix", () => {
  const error = fromSystemError(Object.assign(new Error("ENOSPC"), { code: "ENOSPC", path: "/cache/x" }));
  expect(error).toMatchObject({ code: "DISK_FULL", message: "no space is left on the disk for /cache/x" });
  expect(fromSystemError(new Error("other"))).toBeUndefined();
});

test("on macOS and Windows the error has the reason and an alternative", () => {
  const refused = (fix: string) =>
    expect.objectContaining({ code: "HOST_UNFIT", details: expect.objectContaining({ fix: expect.stringContaining(fix) }) });
  expect(() => requireLinux("darwin")).toThrow(refused("virtual machine"));
  expect(() => requireLinux("win32")).toThrow(refused("WSL 2"));
  expect(() => requireLinux("darwin")).toThrow("does not build on macOS yet");
  expect(() => requireLinux("linux")).not.toThrow();
});

test("the error for missing Debian packages of a project has the command that installs them", async () => {
  const { signal } = new AbortController();
  await requirePackages(["dpkg"], signal);
  await expect(requirePackages(["dpkg", "no-such-package", "nor-this"], signal)).rejects.toMatchObject({
    code: "TOOL_MISSING",
    exit: "toolMissing",
    details: { fix: "run as root: apt-get install no-such-package nor-this" },
  });
});
