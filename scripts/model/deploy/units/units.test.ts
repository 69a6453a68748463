import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { packageRoot } from "../../../lib/paths.ts";
import { skipFor } from "../../../checks/fixtures/skip-for.ts";
import { temporaryFolder } from "../../../checks/fixtures/temporary-folder.ts";
import { serviceFiles, type Service, type ServiceKind } from "./units.ts";

const kinds: ServiceKind[] = ["systemd", "procd", "openrc", "busybox", "runit"];
const service: Service = {
  app: "web",
  description: "a 100% web \\ server",
  folder: "/opt/boardkit/web",
  data: "/mnt/usb/web",
  memoryMax: 100_663_296,
};
const HOSTILE = 'it\'s a $HOME "%n" folder';

/** The files of a service, by path, with the launcher that only reports its arguments. */
function textsOf(kind: ServiceKind, change: Partial<Service> = {}): Record<string, string> {
  const files = serviceFiles({ ...service, ...change }, kind, "#!/bin/sh\n");
  return Object.fromEntries(files.map(({ path, text }) => [path, text]));
}

describe("the files of a service", () => {
  test.each([
    ["systemd", ["/etc/systemd/system/boardkit-web.service"]],
    ["procd", ["/etc/init.d/boardkit-web", "/lib/upgrade/keep.d/boardkit-web"]],
    ["openrc", ["/etc/init.d/boardkit-web"]],
    ["busybox", ["/opt/boardkit/web/inittab"]],
    ["runit", ["/opt/boardkit/web/sv/run", "/opt/boardkit/web/sv/finish", "/opt/boardkit/web/sv/log/run"]],
  ] as [ServiceKind, string[]][])("of %s", (kind, paths) => {
    expect(Object.keys(textsOf(kind))).toEqual(["/opt/boardkit/web/start", "/opt/boardkit/web/settings", ...paths]);
  });

  test.each(kinds)("settings of %s are read by a shell as they are meant", (kind) => {
    const text = textsOf(kind, { user: "www", data: HOSTILE })["/opt/boardkit/web/settings"] ?? "";
    const output = execFileSync("sh", ["-c", `${text}\nprintf '%s\\n' "$app" "$kind" "$data" "$user" "$cap" "$oom"`], {
      encoding: "utf8",
    });
    expect(output.split("\n")).toEqual(["web", kind, HOSTILE, "www", "100663296", "500", ""]);
  });

  test("without a cap and a user nothing says so", () => {
    const { memoryMax: _, ...least } = service;
    const files = serviceFiles(least, "systemd", "");
    expect(files.map(({ text }) => text).join("")).not.toMatch(/Memory|cap=|user=|undefined/);
  });
});

test("systemd's unit never gives up, and stops at exit 78", () => {
  const unit = textsOf("systemd")["/etc/systemd/system/boardkit-web.service"];
  for (const line of ["Restart=always", "StartLimitIntervalSec=0", "RestartPreventExitStatus=78", "MemoryMax=100663296", "MemorySwapMax=0"])
    expect(unit).toContain(`\n${line}\n`);
});

test.for(["app", HOSTILE])("systemd-analyze accepts the unit of a folder %s", (name, context) => {
  if (spawnSync("systemd-analyze", ["--version"]).error) skipFor(context, "there is no systemd-analyze");
  const folder = join(temporaryFolder(), name);
  mkdirSync(folder);
  writeFileSync(join(folder, "start"), "#!/bin/sh\n", { mode: 0o755 });
  const file = join(temporaryFolder(), "boardkit-web.service");
  writeFileSync(file, textsOf("systemd", { folder })["/etc/systemd/system/boardkit-web.service"] ?? "");
  const { status, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", file], { encoding: "utf8" });
  expect({ status, said: stderr.split("\n").filter((line) => line.includes("boardkit-web")) }).toEqual({ status: 0, said: [] });
});

/** What the procd of 23.05 and later knows: the cases of _procd_set_param in package/system/procd/files/procd.sh of openwrt/openwrt. */
const PROCD_PARAMETERS =
  `env data limits command netdev file respawn watch watchdog error nice term_timeout reload_signal pidfile user group seccomp capabilities
  facility extroot overlaydir tmpoverlaysize vrf stdout stderr no_new_privs`.split(/\s+/);

describe("procd's script, read by a stand-in for rc.common", () => {
  const run = (action: string, folder = service.folder): string[][] => {
    const file = join(temporaryFolder(), "init");
    writeFileSync(file, textsOf("procd", { folder })["/etc/init.d/boardkit-web"] ?? "");
    const shim = join(packageRoot, "scripts/checks/fixtures/deploy/rc-common.sh");
    const output = execFileSync("sh", [shim, file, action], { encoding: "utf8" });
    return output
      .split("call\n")
      .slice(1)
      .map((call) => call.split("\n").slice(0, -1));
  };

  test.each([service.folder, `/${HOSTILE}`])("its calls for %s", (folder) => {
    const calls = run("start", folder);
    expect(calls.at(0)).toEqual(["open_instance"]);
    expect(calls.at(-1)).toEqual(["close_instance"]);
    const parameters = calls.slice(1, -1).map(([call, name = "", ...values]) => {
      expect(call).toBe("set_param");
      expect(PROCD_PARAMETERS).toContain(name);
      return [name, values];
    });
    expect(Object.fromEntries(parameters)).toEqual({
      command: [`${folder}/start`],
      // The third one is the number of crashes after which procd gives up; 0 is never.
      respawn: ["60", "5", "0"],
      term_timeout: ["10"],
      stdout: ["1"],
      stderr: ["1"],
    });
  });

  test("its list for sysupgrade names itself", () => {
    const texts = textsOf("procd");
    const kept = texts["/lib/upgrade/keep.d/boardkit-web"]?.trimEnd().split("\n") ?? [];
    for (const path of Object.keys(texts)) expect(kept.some((one) => path === one || path.startsWith(`${one}/`))).toBe(true);
  });
});

test("runit's scripts call the launcher, and stop the service when it gives up", () => {
  const folder = join(temporaryFolder(), HOSTILE);
  for (const { path, mode, text } of serviceFiles({ ...service, folder }, "runit", '#!/bin/sh\nprintf "%s\\n" "$@"\n')) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    chmodSync(path, mode);
  }
  const run = (name: string, ...args: string[]) => spawnSync(join(folder, "sv", name), args, { encoding: "utf8" });
  expect(run("run")).toMatchObject({ status: 0, stdout: "\n" });
  expect(run("finish", "3", "0").stdout).toBe("ended\nexited\n3\n");
  expect(run("finish", "-1", "15").stdout).toBe("ended\nkilled\n15\n");
  expect(run("log/run").stdout).toBe("log\n");
  const stub = temporaryFolder();
  writeFileSync(join(stub, "sv"), '#!/bin/sh\necho sv "$@"\n', { mode: 0o755 });
  const given = spawnSync(join(folder, "sv/finish"), ["78", "0"], { encoding: "utf8", env: { PATH: `${stub}:${process.env.PATH}` } });
  expect(given.stdout).toBe("ended\nexited\n78\nsv down /etc/service/boardkit-web\n");
});

test.each(["openrc", "procd", "runit"] as ServiceKind[])("the scripts of %s are those of a POSIX shell", (kind) => {
  for (const text of Object.values(textsOf(kind, { folder: `/${HOSTILE}` })).filter((one) => one.startsWith("#!")))
    expect(spawnSync("sh", ["-n"], { input: text, encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
});

test("the line of inittab has quotes only where init needs a shell", () => {
  const lineOf = (folder: string) => textsOf("busybox", { folder })[`${folder}/inittab`];
  expect(lineOf("/opt/boardkit/web")).toBe("::respawn:/opt/boardkit/web/start\n");
  expect(lineOf("/opt/it's")).toBe("::respawn:'/opt/it'\\''s/start'\n");
});
