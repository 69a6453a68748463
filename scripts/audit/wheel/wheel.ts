// The promises in the name of a Python wheel (PEP 425, 600, 656). Loaded only for files in wheels, since the stable ABI is a long list.
import { stableNames } from "./stable-abi.ts";

export type Wheel = {
  /** The platforms that it is for, such as `manylinux_2_17_aarch64`. */
  platforms: string[];
  /** For an abi3 wheel: the oldest Python, such as `3.9`, and the names in its stable ABI. */
  stableAbi?: { python: string; names: Set<string> };
};

/** Reads the promises from a path such as `a-1-cp39-abi3-linux_armv6l.whl!/a/b.so`; undefined outside of wheels. */
export function readWheel(path: string): Wheel | undefined {
  const name = /(?:^|\/)([^/!]+)\.whl!\//.exec(path)?.[1];
  const [platform, abi, python] = name?.split("-").toReversed() ?? [];
  if (!platform || !abi || !python) return undefined;
  const platforms = platform.split(".");
  const minor = /^cp3(\d+)$/.exec(python)?.[1];
  if (abi !== "abi3" || minor === undefined) return { platforms };
  return { platforms, stableAbi: { python: `3.${minor}`, names: stableNames(Number(minor)) } };
}
