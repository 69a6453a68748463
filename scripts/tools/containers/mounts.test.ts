import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { mountsBelow, unmountBelow } from "./mounts.ts";

const MOUNTINFO = `22 28 0:21 / /sys rw,nosuid shared:7 - sysfs sysfs rw
40 28 0:30 / /c/debian/proc rw - proc proc rw
41 40 0:31 / /c/debian/proc/sys/fs/binfmt_misc rw - binfmt_misc binfmt_misc rw
42 28 0:32 / /c/debian/a\\040b rw - tmpfs tmpfs rw
43 28 0:33 / /c/debian-else rw - tmpfs tmpfs rw
`;

test("mounts below a folder come deepest first, without those of neighbours", () => {
  expect(mountsBelow(MOUNTINFO, "/c/debian")).toEqual(["/c/debian/a b", "/c/debian/proc/sys/fs/binfmt_misc", "/c/debian/proc"]);
});

test("all mounts are unmounted, and a remaining one is an error", async () => {
  const bin = temporaryFolder();
  const calls = join(bin, "calls");
  writeFileSync(join(bin, "umount"), `#!/bin/sh\necho "$1" >> ${calls}\n`);
  chmodSync(join(bin, "umount"), 0o755);
  vi.stubEnv("PATH", `${bin}:${process.env.PATH}`);
  onTestFinished(() => void vi.unstubAllEnvs());
  const texts = [MOUNTINFO, ""];
  await unmountBelow("/c/debian", async () => texts.shift() ?? "");
  expect(readFileSync(calls, "utf8").trim().split("\n")).toHaveLength(3);
  await expect(unmountBelow("/c/debian", async () => MOUNTINFO)).rejects.toMatchObject({
    code: "STILL_MOUNTED",
    details: { place: "/c/debian" },
  });
});
