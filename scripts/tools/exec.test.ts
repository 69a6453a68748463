import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { temporaryFolder } from "../checks/fixtures/temporary-folder.ts";
import { formatCommand, run, runOrFail, tailOf } from "./exec.ts";

test("a command is printed in shell syntax", () => {
  const words = ["it's", "a b", "$HOME", "-Ca=b\u001f-C'c'\\", "plain"];
  const line = formatCommand({ argv: [process.execPath, "-e", "console.log(JSON.stringify(process.argv.slice(1)))", "--", ...words] });
  expect(JSON.parse(execFileSync("bash", ["-c", line], { encoding: "utf8" }))).toEqual(words);
  expect(line).not.toContain("\u001f");
});

test("variables and folder come before the command", () => {
  expect(formatCommand({ argv: ["env"], env: { A: "1 2", B: undefined }, cwd: "/x" })).toBe("cd /x && A='1 2' env");
});

test("the tail leaves out only the command at the start of a log", () => {
  expect(tailOf("$ cargo build\n$ not a command\nerror: x\n")).toBe("$ not a command\nerror: x");
});

test("an aborted command ends with all its child processes", async () => {
  const abort = new AbortController();
  const running = run({ argv: ["sh", "-c", "sleep 60 & sleep 60; true"], signal: abort.signal });
  setTimeout(() => abort.abort(), 100);
  const started = performance.now();
  await expect(running).rejects.toThrow(/abort/i);
  expect(performance.now() - started).toBeLessThan(20_000);
});

test("a command of root, which cannot be killed, is waited for", async () => {
  const kill = vi.spyOn(process, "kill").mockImplementation(() => {
    throw Object.assign(new Error("kill EPERM"), { code: "EPERM" });
  });
  onTestFinished(() => kill.mockRestore());
  const abort = new AbortController();
  const running = run({ argv: ["sleep", "0.3"], signal: abort.signal });
  setTimeout(() => abort.abort(), 50);
  await expect(running).rejects.toThrow(/abort/i);
  expect(kill).toHaveBeenCalled();
});

test("a command that takes too long is ended and reported as timed out", async () => {
  await expect(run({ argv: ["sleep", "60"], timeoutSeconds: 0.1 })).resolves.toMatchObject({ timedOut: true });
});

test("a command that is given up is reported as timed out too", async () => {
  const giveUp = new AbortController();
  setTimeout(() => giveUp.abort(), 100);
  await expect(run({ argv: ["sleep", "60"], giveUp: giveUp.signal })).resolves.toMatchObject({ timedOut: true });
});

test("a missing program is an error with a fix", async () => {
  await expect(runOrFail({ argv: ["no-such-program"] }, "X")).rejects.toMatchObject({ code: "TOOL_MISSING", exit: "toolMissing" });
});

test("a reader gets each line of stderr, also one that ends with a carriage return; those that it keeps are in neither log nor error", async () => {
  const log = join(temporaryFolder(), "log");
  const seen: string[] = [];
  const readLine = (line: string) => (seen.push(line), line.startsWith("Bar"));
  const script = `printf 'one\\nBar 1\\rBar' >&2; sleep 0.1; printf ' 2\\rtwo\\nthree' >&2; exit 3`;
  const outcome = await run({ argv: ["sh", "-c", script], log, readLine });
  expect(seen).toEqual(["one", "Bar 1", "Bar 2", "two", "three"]);
  expect(outcome).toMatchObject({ exitCode: 3, stderr: "one\ntwo\nthree" });
  expect(readFileSync(log, "utf8").split("\n").slice(1).join("\n")).toBe("one\ntwo\nthree");
});

test("output that is passed on comes while the command runs, and is not kept", async () => {
  const chunks: string[] = [];
  const abort = new AbortController();
  const running = run({
    argv: ["sh", "-c", "echo first; sleep 60"],
    signal: abort.signal,
    onStdout: (chunk) => {
      chunks.push(String(chunk));
      abort.abort();
    },
  });
  await expect(running).rejects.toThrow(/abort/i);
  expect(chunks).toEqual(["first\n"]);
  expect(await run({ argv: ["echo", "x"], onStdout: () => undefined })).toMatchObject({ exitCode: 0, stdout: "" });
});
