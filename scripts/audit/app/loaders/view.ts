// What a loader learns from Node on a place.
import { moduleVersionOf } from "../../node-abi.ts";
import type { Place } from "../../place.ts";

export type LoaderView = {
  /** process.arch. */
  cpu: string;
  libc: "glibc" | "musl";
  /** The C library that node-gyp-build and pkg-prebuilds assume: musl if /etc/alpine-release exists, else glibc, on OpenWrt too. */
  assumedLibc: "glibc" | "musl";
  /** process.config.variables.arm_version on 32-bit ARM; 8 on arm64; empty elsewhere. */
  armv: string;
  /** NODE_MODULE_VERSION, if the Node line is known. */
  abi?: string;
};

const ALPINE_RELEASE = "/etc/alpine-release";

/** The answers of Node on a place; `npmCpu` names architectures as npm does. */
export function viewOf({ arch, libc, features, node, system }: Place, npmCpu: (arch: string) => string): LoaderView {
  const armv = arch === "arm" ? (features.includes("v7") ? "7" : "6") : arch === "aarch64" ? "8" : "";
  const abi = node === undefined ? undefined : moduleVersionOf(node);
  // A target is any system: for musl that is Alpine, for which its packages are published.
  const isAlpine = libc === "musl" && (system === undefined || system.releaseFile === ALPINE_RELEASE);
  return { cpu: npmCpu(arch), libc, assumedLibc: isAlpine ? "musl" : "glibc", armv, ...(abi === undefined ? {} : { abi }) };
}
