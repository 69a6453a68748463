// `boardkit discover` where real responders answer, by IPv4 and by IPv6: in a network namespace with a cable whose other end is there too.
import { execFile, execFileSync } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeEach, expect, test } from "vitest";
import { discoverReport } from "../../model/discover/report.ts";
import { skipFor } from "../fixtures/skip-for.ts";
import type { Ended } from "./cli.ts";

const SCRIPT = join(import.meta.dirname, "../fixtures/mdns/in-namespace.ts");
/** The loopback interface carries no groups of IPv6. */
const SET_UP = `ip link set lo up && ip link add board0 type veth peer name end0 && ip link set end0 up && ip link set board0 up
ip addr add 10.9.9.1/24 dev board0 && ip -6 addr add fe80::9/64 dev board0 nodad && exec "$0" "$@"`;
const inNamespace = (words: string[], setUp = SET_UP) => ["--net", "sh", "-c", setUp, ...words];

let obstacle: string | undefined;
beforeEach((task) => {
  try {
    execFileSync("unshare", inNamespace(["true"]), { stdio: "pipe" });
  } catch (error) {
    obstacle = `no network namespace: ${(error as Error).message}`;
  }
  if (obstacle !== undefined) skipFor(task, obstacle);
});

async function run(args: string[], setUp?: string): Promise<Ended> {
  const { stdout } = await promisify(execFile)("unshare", inNamespace([process.execPath, SCRIPT, ...args], setUp));
  return JSON.parse(stdout) as Ended;
}

test("a table of machines, each with the next step; names of strangers do not act on the terminal", async () => {
  const { code, stdout, stderr } = await run(["discover", "--interface", "board0"]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  expect(stdout.split("\n").slice(0, 4)).toEqual([
    expect.stringMatching(/^name +address +service +next$/),
    expect.stringMatching(/^-oProxyCommand=id;\\u\{1b\}\]0;x\\u\{7\}\\u\{202e\} +192\.168\.1\.66 +ssh 22 +boardkit probe 192\.168\.1\.66$/),
    expect.stringMatching(/^OpenWrt\.local +192\.168\.1\.1 +ssh 22 +boardkit probe root@OpenWrt\.local$/),
    expect.stringMatching(
      /^kitchen\.local +192\.168\.1\.7, fd00::7, fe80::7%board0 +ssh 2222, workstation +boardkit probe ssh:\/\/kitchen\.local:2222$/,
    ),
  ]);
});

test("--json is one document, also without characters that act on a terminal", async () => {
  const { code, stdout } = await run(["discover", "--json", "--timeout", "2"]);
  expect(code).toBe(0);
  // eslint-disable-next-line no-control-regex
  expect(stdout).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/);
  const { hosts, interfaces } = discoverReport.parse(JSON.parse(stdout));
  // The other end of the pair has only an address that its kernel makes, sooner or later.
  expect(interfaces.filter((name) => name !== "end0")).toEqual(["board0"]);
  expect(hosts.map(({ name }) => name)).toEqual(["-oProxyCommand=id;\u001B]0;x\u0007\u202E", "OpenWrt.local", "kitchen.local"]);
});

test("nothing found: why that may be", async () => {
  const { code, stdout, stderr } = await run(["discover", "--interface", "lo", "--timeout", "1"], 'ip link set lo up && exec "$0" "$@"');
  expect(stdout).toBe("");
  expect(stderr).toMatch(
    /NONE_FOUND: no machine has answered within 1 s at lo\n[^]*subnet[^]*firewall[^]*umdns[^]*boardkit probe <address>/,
  );
  expect(code).toBe(3);
});

test("a machine without a network, and an interface that it does not have", async () => {
  const alone = 'exec "$0" "$@"';
  expect(await run(["discover"], alone)).toMatchObject({ code: 1, stdout: "", stderr: expect.stringMatching(/NO_MULTICAST: [^]*5353/) });
  expect(await run(["discover", "--interface", "eth9"])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/NO_INTERFACE: [^]*one of lo, board0/),
  });
});
