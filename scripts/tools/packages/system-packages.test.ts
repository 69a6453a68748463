// System packages: installed by sudo, and an interrupt waits for apt.
import { chmodSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { installSystemPackages } from "./system-packages.ts";

/** A sudo that logs its arguments, and `done` after a delay. */
function fakeSudo(): string {
  const folder = temporaryFolder();
  const calls = join(folder, "calls");
  writeFileSync(join(folder, "sudo"), `#!/bin/sh\n[ "$2" = true ] && exit 0\necho "$*" >> ${calls}\nsleep 0.3\necho done >> ${calls}\n`);
  chmodSync(join(folder, "sudo"), 0o755);
  vi.stubEnv("PATH", `${folder}:${process.env.PATH}`);
  onTestFinished(() => void vi.unstubAllEnvs());
  return calls;
}

const apt = "-n env DEBIAN_FRONTEND=noninteractive apt-get";

test("sudo keeps apt non-interactive", async () => {
  const calls = fakeSudo();
  await installSystemPackages(["podman"], false, new AbortController().signal);
  const install = `${apt} install --yes --no-install-recommends podman`;
  expect(readFileSync(calls, "utf8").trim().split("\n")).toEqual([`${apt} --quiet update`, "done", install, "done"]);
});

test("an interrupt waits for apt, and starts nothing more", async () => {
  const calls = fakeSudo();
  const abort = new AbortController();
  const timer = setInterval(() => existsSync(calls) && abort.abort(), 20);
  await expect(installSystemPackages(["podman"], false, abort.signal)).rejects.toThrow(/abort/i);
  clearInterval(timer);
  expect(readFileSync(calls, "utf8").trim().split("\n")).toEqual([`${apt} --quiet update`, "done"]);
});
