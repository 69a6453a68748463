// Holds a built file to what its target declares: architecture, C library, glibc floor. The audit will look deeper.
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { compareVersions, readElf, type ElfFacts } from "../inspect/elf/facts.ts";
import { BoardkitError } from "../lib/errors.ts";
import type { Triple } from "../model/triple.ts";

const BITS: Record<Triple["arch"], 32 | 64> = { x86_64: 64, aarch64: 64, arm: 32 };

/** Everything in which the facts differ from the target's promise, as sentences. */
export function findFaults(facts: ElfFacts, target: Triple): string[] {
  const faults: string[] = [];
  if (facts.arch !== target.arch || facts.bits !== BITS[target.arch]) {
    return [`it is ${facts.arch}, ${facts.bits} bits; ${target.triple} is ${target.arch}, ${BITS[target.arch]} bits`];
  }
  if (facts.floatAbi === "soft") faults.push("it passes floats in integer registers; the target's ABI is hard-float");
  const isGlibc = facts.needed.some((name) => /^(libc\.so\.6|ld-linux.*)$/.test(name)) || facts.glibc !== undefined;
  if (isGlibc !== (target.libc === "glibc"))
    faults.push(`it is linked for ${isGlibc ? "glibc" : "musl"}, and the target is ${target.libc}`);
  if (target.libc === "musl") {
    const others = facts.needed.filter((name) => !/^(libc\.so|libc\.musl-.*\.so\.1)$/.test(name));
    if (others.length > 0) faults.push(`it needs ${others.join(", ")} besides libc.so, which a board may not have`);
  }
  if (target.glibcFloor && facts.glibc && compareVersions(facts.glibc, target.glibcFloor) > 0) {
    const above = Object.values(facts.versions)
      .flat()
      .filter((version) => compareVersions(version.replace(/^GLIBC_/, ""), target.glibcFloor ?? "0") > 0 && version.startsWith("GLIBC_"));
    faults.push(`it needs ${above.join(", ")}, above the declared floor ${target.glibcFloor}`);
  }
  return faults;
}

/** Reads a file and checks it; an error lists all faults, and `exit` says whose they are: the build's or the user's. */
export async function checkArtifact(path: string, target: Triple, exit: "failed" | "usage" = "failed"): Promise<ElfFacts> {
  const facts = readElf(await readFile(path), basename(path));
  const faults = findFaults(facts, target);
  if (faults.length === 0) return facts;
  throw new BoardkitError(`${basename(path)} does not fit ${target.triple}: ${faults.join("; ")}`, {
    code: "ARTIFACT_UNFIT",
    exit,
    place: path,
    mend: "give the file that was built for this target; for a symbol version above the floor, build with zig, which links against the floor",
  });
}
