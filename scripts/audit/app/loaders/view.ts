// What a loader learns from Node on a place.
import { moduleVersionOf } from "../../node-abi.ts";
import type { Place } from "../../place.ts";

export type LoaderView = {
  /** process.arch. */
  cpu: string;
  libc: "glibc" | "musl";
  /** Whether /etc/alpine-release exists; some loaders know musl only by that. */
  isAlpine: boolean;
  /** process.config.variables.arm_version on 32-bit ARM; 8 on arm64; empty elsewhere. */
  armv: string;
  /** NODE_MODULE_VERSION, if the Node line is known. */
  abi?: string;
};

/** The answers of Node on a place; `npmCpu` names architectures as npm does. */
export function viewOf({ arch, libc, features, node, system }: Place, npmCpu: (arch: string) => string): LoaderView {
  const armv = arch === "arm" ? (features.includes("v7") ? "7" : "6") : arch === "aarch64" ? "8" : "";
  const abi = node === undefined ? undefined : moduleVersionOf(node);
  // A target stands for all its systems; those with musl are Alpine more often than not.
  const isAlpine = system ? system.alpineRelease === true : libc === "musl";
  return { cpu: npmCpu(arch), libc, isAlpine, armv, ...(abi === undefined ? {} : { abi }) };
}
