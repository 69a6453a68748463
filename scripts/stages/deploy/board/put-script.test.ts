import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryFolder } from "../../../checks/fixtures/temporary-folder.ts";
import { putScript } from "./put-script.ts";

const run = (script: string, input: string) => spawnSync("sh", ["-c", `umask 027; ${script}`], { input, encoding: "utf8" });

test("a whole file replaces the one before, with the mode of its mask", () => {
  const file = join(temporaryFolder(), "env");
  expect(run(putScript(file, 6, "077"), "A=one\n").stdout).toBe("sent\n");
  expect(readFileSync(file, "utf8")).toBe("A=one\n");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(run(putScript(file, 6), "A=two\n").stdout).toBe("sent\n");
  expect(statSync(file).mode & 0o777).toBe(0o644);
});

test.each(["", "A=t", "A=two\nB=1\n"])("%j in place of six bytes: the file stays, and nothing is left beside it", (input) => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "env"), "A=one\n");
  expect(run(putScript(join(folder, "env"), 6), input).stdout).toBe("");
  expect(readFileSync(join(folder, "env"), "utf8")).toBe("A=one\n");
  expect(readdirSync(folder)).toEqual(["env"]);
});

test("two shells that write the same file at once both send it", async () => {
  const folder = temporaryFolder();
  const [one, other] = [1, 2].map(() => spawn("sh", ["-c", putScript(join(folder, "tool"), 6)], { stdio: ["pipe", "pipe", "inherit"] }));
  const outputs = [one!, other!].map((shell) => shell.stdout.setEncoding("utf8").toArray());
  one!.stdin.write("A=o");
  // The other one begins while the first one waits for the rest of its input.
  other!.stdin.end("A=one\n");
  await once(other!, "close");
  one!.stdin.end("ne\n");
  expect((await Promise.all(outputs)).flat()).toEqual(["sent\n", "sent\n"]);
  expect(readFileSync(join(folder, "tool"), "utf8")).toBe("A=one\n");
  expect(readdirSync(folder)).toEqual(["tool"]);
});
