import { execFileSync } from "node:child_process";
import { chmodSync, lstatSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { buffer } from "node:stream/consumers";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../checks/fixtures/temporary-folder.ts";
import { tarOf } from "./tar.ts";

test("tar of the system unpacks it: bytes, modes, links, and long names", async () => {
  const [from, to] = [temporaryFolder(), temporaryFolder()];
  writeFileSync(join(from, "a"), "x".repeat(1000));
  chmodSync(join(from, "a"), 0o600);
  const long = `${"folder/".repeat(30)}a file's $name ü`;
  const input = await buffer(
    tarOf([
      { path: long, mode: 0o755, file: join(from, "a"), size: 1000 },
      { path: "empty", mode: 0o644, bytes: new Uint8Array() },
      { path: "link", mode: 0o777, link: long },
    ]),
  );
  expect(input.length % 512).toBe(0);
  execFileSync("tar", ["-xf", "-", "-C", to], { input });
  expect(readFileSync(join(to, long), "utf8")).toBe("x".repeat(1000));
  expect(lstatSync(join(to, long)).mode & 0o777).toBe(0o755);
  expect(readFileSync(join(to, "empty"), "utf8")).toBe("");
  expect(readlinkSync(join(to, "link"))).toBe(long);
});

test("a file that has another size than its header says is an error", async () => {
  const file = join(temporaryFolder(), "a");
  writeFileSync(file, "12345");
  for (const size of [4, 6])
    await expect(buffer(tarOf([{ path: "a", mode: 0o644, file, size }]))).rejects.toThrow(/changes while it is read/);
});
