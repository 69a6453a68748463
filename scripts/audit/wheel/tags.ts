// The wheels that pip accepts on a place, by their names (PEP 425, 600 and 656).
import type { Place } from "../place.ts";

/** The tags of CPython on a place. */
export type Tags = {
  /** For example 3.11. */
  python: string;
  /** For example cp311. */
  abi: string;
  /** Best first. */
  platforms: string[];
};

/** The first glibc for which wheels of an architecture exist. */
const FIRST_MINOR: Record<string, number> = { x86_64: 5 };
const USUAL_FIRST_MINOR = 17;
const OLDER: [name: string, minor: number][] = [
  ["manylinux2014", 17],
  ["manylinux2010", 12],
  ["manylinux1", 5],
];

/** The tags of a Python on a place. */
export function tagsOf(place: Place, python: string): Tags {
  const machine = machineOf(place);
  const minor = Number((place.libcVersion ?? place.glibcFloor ?? "").split(".")[1] ?? 0);
  return { python, abi: `cp${python.replace(".", "")}`, platforms: [...platformsOf(machine, place.libc, minor), `linux_${machine}`] };
}

/** Whether pip accepts a wheel with this file name. */
export function accepts({ python, platforms }: Tags, fileName: string): boolean {
  const { pythons, abis, platforms: own } = readWheelName(fileName);
  const current = Number(python.split(".")[1]);
  const fitsPython = pythons.some((tag) => {
    const [, kind, minor] = /^(cp|py)3(\d*)$/.exec(tag) ?? [];
    if (kind === undefined) return false;
    if (minor === "") return true;
    const isOlder = Number(minor) <= current;
    return kind === "py" ? isOlder : abis.includes("abi3") || abis.includes("none") ? isOlder : Number(minor) === current;
  });
  const fitsAbi = abis.some((abi) => abi === "none" || abi === "abi3" || abi === `cp3${current}`);
  return fitsPython && fitsAbi && own.some((one) => one === "any" || platforms.includes(one));
}

/** The parts of a wheel's file name. */
export function readWheelName(fileName: string): { name: string; version: string; pythons: string[]; abis: string[]; platforms: string[] } {
  const parts = fileName.replace(/\.whl$/, "").split("-");
  const [platform = "", abi = "", python = ""] = parts.toReversed();
  const split = (tags: string) => tags.split(".");
  return {
    name: (parts[0] ?? "").toLowerCase().replaceAll("_", "-"),
    version: parts[1] ?? "",
    pythons: split(python),
    abis: split(abi),
    platforms: split(platform),
  };
}

/** The parts of an sdist's file name. */
export function readSdistName(fileName: string): { name: string; version: string } {
  const [, name = "", version = ""] = /^(.+)-([^-]+)\.tar\.gz$/.exec(fileName) ?? [];
  return { name: name.replaceAll("_", "-"), version };
}

/** The name of the machine in Python: Raspberry Pi OS names ARM by the CPU. */
export function machineOf({ arch, features }: Pick<Place, "arch" | "features">): string {
  return arch === "arm" ? (features.includes("v7") ? "armv7l" : "armv6l") : arch;
}

function platformsOf(machine: string, libc: Place["libc"], minor: number): string[] {
  if (libc === "musl") return Array.from({ length: minor }, (_, index) => `musllinux_1_${minor - index}_${machine}`);
  const first = FIRST_MINOR[machine] ?? USUAL_FIRST_MINOR;
  const minors = Array.from({ length: Math.max(0, minor - first + 1) }, (_, index) => minor - index);
  return minors.flatMap((one) => [
    `manylinux_2_${one}_${machine}`,
    ...OLDER.filter(([, old]) => old === one).map(([name]) => `${name}_${machine}`),
  ]);
}
