// What the name of a Python wheel promises (PEP 425, 600, 656), held against an extension module in it. Pure.
import { createRequire } from "node:module";
import type { ElfFacts, Finding } from "./report.ts";
import type { Dynamic } from "./elf/dynamic.ts";
import { finding } from "./judge.ts";

/** Names by the Python that added them to the stable ABI. */
const STABLE = createRequire(import.meta.url)("./stable-abi.json") as Record<string, string[]>;

/** What older names of platforms mean (PEP 513, 571, 599). */
const OLDER: Record<string, string> = { manylinux1: "manylinux_2_5", manylinux2010: "manylinux_2_12", manylinux2014: "manylinux_2_17" };
/** Machines whose architecture has another name. */
const ARCHES: Record<string, string> = { armv8l: "arm", armv7l: "arm", armv6l: "arm", i686: "x86" };
/** Platforms that promise every system, or one that has no ELF files. */
const NO_ELF = /^(any|win|macosx|ios)/;

type Tags = { python: string; abi: string; platforms: string[] };

/** The tags of the wheel that a file is in, by its path, as in `a-1-cp39-abi3-linux_armv6l.whl!/a/b.so`; undefined outside of wheels. */
function tagsOf(path: string): Tags | undefined {
  const name = /(?:^|\/)([^/!]+)\.whl!\//.exec(path)?.[1];
  const [platform, abi, python] = name?.split("-").toReversed() ?? [];
  return platform && abi && python ? { python, abi, platforms: platform.split(".") } : undefined;
}

/** What a module in a wheel lacks of what the wheel's name promises; nothing of a file elsewhere. */
export function judgeWheel(path: string, facts: ElfFacts, { symbols }: Pick<Dynamic, "symbols">): Finding[] {
  const tags = tagsOf(path);
  if (!tags) return [];
  return [...tags.platforms.flatMap((platform) => judgePlatform(platform, facts)), ...judgeAbi(tags, symbols)];
}

function judgePlatform(platform: string, facts: ElfFacts): Finding[] {
  const [, kind, version, machine] =
    /^(many|musl)?linux(.*?)_(x86_64|[a-z0-9]+)$/.exec(platform.replace(/^manylinux\d+/, (old) => OLDER[old] ?? old)) ?? [];
  const wrong = (what: string) => [finding("wheel/platform", `its wheel is for ${platform}, and ${what}`)];
  if (NO_ELF.test(platform)) return wrong(`it is an ELF file for ${facts.arch}`);
  if (machine === undefined) return [];
  if ((ARCHES[machine] ?? machine) !== facts.arch) return wrong(`it is for ${facts.arch}`);
  // pip takes a plain linux name whatever the C library is: it can only mean that of most machines.
  const libc = kind === "musl" ? "musl" : "glibc";
  if (facts.libc !== undefined && facts.libc !== libc) return wrong(`it needs ${facts.libc}`);
  const promised = version?.slice(1).replace("_", ".");
  if (kind === "many" && facts.glibc && promised && isAbove(facts.glibc, promised)) return wrong(`it needs GLIBC_${facts.glibc}`);
  return [];
}

function judgeAbi({ python, abi }: Tags, symbols: Dynamic["symbols"]): Finding[] {
  const promised = /^cp3(\d+)$/.exec(python)?.[1];
  if (abi !== "abi3" || promised === undefined) return [];
  const known = Object.entries(STABLE).filter(([version]) => version.startsWith("3.") && Number(version.slice(2)) <= Number(promised));
  const stable = new Set(known.flatMap(([, names]) => names));
  const outside = symbols.filter(({ name, defined }) => !defined && /^_?Py/.test(name) && !stable.has(name)).map(({ name }) => name);
  if (outside.length === 0) return [];
  const [some, left] = [outside.slice(0, 5), outside.length - 5];
  const list = `${some.join(", ")}${left > 0 ? ` and ${left} more` : ""}`;
  return [finding("wheel/abi3", `it uses ${list}, which Python 3.${promised} does not have in its stable ABI`)];
}

function isAbove(version: string, other: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [otherMajor = 0, otherMinor = 0] = other.split(".").map(Number);
  return major > otherMajor || (major === otherMajor && minor > otherMinor);
}
