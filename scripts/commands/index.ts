// Every command, in the order of `--help`.
import type { CommandEntry } from "./command.ts";

export const commands: CommandEntry[] = [
  {
    name: "audit",
    summary: "check whether addons will run on a board or target",
    load: async () => (await import("./audit.ts")).defineAudit,
  },
  {
    name: "probe",
    summary: "ask a machine over ssh what it is, and find the target and the board that fit",
    load: async () => (await import("./probe.ts")).defineProbe,
  },
  {
    name: "discover",
    summary: "find machines in this network that announce a shell",
    load: async () => (await import("./deploy/discover.ts")).defineDiscover,
  },
  {
    name: "deploy",
    summary: "run the program on boards as a service, over ssh; return to the release before if it fails",
    load: async () => (await import("./deploy/deploy.ts")).defineDeploy,
  },
  { name: "status", summary: "show what runs on boards", load: async () => (await import("./deploy/status.ts")).defineStatus },
  { name: "logs", summary: "print the log of the service on a board", load: async () => (await import("./deploy/logs.ts")).defineLogs },
  {
    name: "rollback",
    summary: "run the release before the running one again",
    load: async () => (await import("./deploy/rollback.ts")).defineRollback,
  },
  { name: "restart", summary: "restart the service on boards", load: async () => (await import("./deploy/restart.ts")).defineRestart },
  {
    name: "remove",
    summary: "remove the service and its releases from boards",
    load: async () => (await import("./deploy/remove.ts")).defineRemove,
  },
  {
    name: "init",
    summary: "add Boardkit to a napi-rs project: package.json and a GitHub Actions workflow",
    load: async () => (await import("./init.ts")).defineInit,
  },
  {
    name: "doctor",
    summary: "check the programs of this machine, and show which builders work for each target",
    load: async () => (await import("./doctor.ts")).defineDoctor,
  },
  { name: "list", summary: "list targets, boards, CPUs or profiles", load: async () => (await import("./list.ts")).defineList },
  { name: "build", summary: "build the addon for targets into dist/<target>/", load: async () => (await import("./build.ts")).defineBuild },
  {
    name: "smoke",
    summary: "run built addons in the target's Node under QEMU, at the target's lowest CPU",
    load: async () => (await import("./smoke.ts")).defineSmoke,
  },
  { name: "ship", summary: "set up, build, audit and smoke-test all targets", load: async () => (await import("./ship.ts")).defineShip },
  {
    name: "board",
    summary: "boot boards under QEMU with their memory and CPU, and run the built addon there",
    load: async () => (await import("./board.ts")).defineBoard,
  },
  {
    name: "report",
    summary: "write one HTML page about everything in dist/",
    load: async () => (await import("./report.ts")).defineReport,
  },
  {
    name: "package",
    summary: "pack tested addons and wheels: npm packages, wheels, sdist, .deb, .ipk, .apk, SBOM and checksums",
    load: async () => (await import("./package.ts")).definePackage,
  },
  {
    name: "feed",
    summary: "add packages to a signed feed that apt, opkg and apk install from",
    load: async () => (await import("./feed/feed.ts")).defineFeed,
  },
  {
    name: "feed-keys",
    summary: "make the keys that sign feeds",
    load: async () => (await import("./feed/feed-keys.ts")).defineFeedKeys,
  },
  {
    name: "sign",
    summary: "sign the checksums of a release with a key of your own",
    load: async () => (await import("./trust/sign.ts")).defineSign,
  },
  {
    name: "publish",
    summary: "publish the packages of dist/npm and dist/pypi",
    load: async () => (await import("./publish.ts")).definePublish,
  },
  {
    name: "verify",
    summary: "build packages again from source and compare them byte for byte, or check who has built or signed them",
    load: async () => (await import("./verify.ts")).defineVerify,
  },
  {
    name: "compare",
    summary: "compare builds with different builders, or without each feature",
    load: async () => (await import("./compare.ts")).defineCompare,
  },
  {
    name: "rego",
    summary: "format, check, test, evaluate and measure Rego policies with Grid",
    load: async () => (await import("./rego/rego.ts")).defineRego,
  },
  { name: "matrix", summary: "print the matrices for GitHub Actions", load: async () => (await import("./matrix.ts")).defineMatrix },
];
