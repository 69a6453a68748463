// What a loader learns from Node on a place.
import { moduleVersionOf } from "../../node-abi.ts";
import type { Place } from "../../place.ts";

export type LoaderView = {
  /** process.arch. */
  cpu: string;
  libc: "glibc" | "musl";
  /** process.config.variables.arm_version on 32-bit ARM; 8 on arm64; empty elsewhere. */
  armv: string;
  /** NODE_MODULE_VERSION, if the Node line is known. */
  abi?: string;
};

/** The answers of Node on a place; `npmCpu` names architectures as npm does. */
export function viewOf({ arch, libc, features, node }: Place, npmCpu: (arch: string) => string): LoaderView {
  const armv = arch === "arm" ? (features.includes("v7") ? "7" : "6") : arch === "aarch64" ? "8" : "";
  const abi = node === undefined ? undefined : moduleVersionOf(node);
  return { cpu: npmCpu(arch), libc, armv, ...(abi === undefined ? {} : { abi }) };
}
