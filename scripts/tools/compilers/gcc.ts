// GNU's compiler and linker for a target. Debian's glibc is newer than the floor of a target: files linked against it need GLIBC_2.34 or
// newer. So the link uses zig's stubs of the older glibc.
import { copyFile, rm, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { BoardkitError } from "../../lib/errors.ts";
import { fillFolder } from "../../lib/paths.ts";
import { zigTargetWithFloor } from "../../model/names.ts";
import type { Triple } from "../../model/targets/triple.ts";
import { runOrFail } from "../exec.ts";
import type { Wrappers } from "../../model/wrappers.ts";
import { findMap, wrappersIn } from "./wrappers.ts";

/** The gcc of a target that has one. */
export type Gcc = Extract<Triple["gcc"], { prefix: string }>;

export type GccPaths = {
  cache: string;
  /** Folders in the store; without them the programs on the PATH of the host or the image are used. */
  unpacked?: { bin: string; libraries: string };
  /** Folder of the stubs of glibc. */
  stubs: string;
};

type Target = Pick<Triple, "triple" | "zigTarget" | "glibcFloor" | "cpu">;

/** gcc as cc, c++ and ar of a target. */
export function gccWrappers(target: Target, { prefix, flags }: Gcc, { cache, unpacked, stubs }: GccPaths): Wrappers {
  // The compiler itself may need libraries that the host lacks.
  const start = unpacked ? `LD_LIBRARY_PATH="${unpacked.libraries}" exec "${unpacked.bin}/${prefix}` : `exec "${prefix}`;
  const linkerFlags = target.cpu.linkerFlags.map((flag) => ` -Wl,${flag}`).join("");
  // libgcc_s needs symbols of Debian's newer glibc, which the stubs lack.
  const linking = `-L"${stubs}" -Wl,--allow-shlib-undefined${linkerFlags}`;
  const compile = (tool: string, more: string) => `${start}-${tool}" ${flags.join(" ")} ${linking} ${more}"$@"\n`;
  return wrappersIn(cache, `${target.triple}-gcc`, {
    cc: `#!/bin/sh\n${findMap}${compile("gcc", '${map:+-Xlinker "-Map=$map"} ')}`,
    "c++": `#!/bin/sh\n${compile("g++", "")}`,
    ar: `#!/bin/sh\n${start}-ar" "$@"\n`,
  });
}

/** Folder of the stubs of a target's glibc. */
export function glibcStubs(cache: string, target: Target, zigVersion: string): string {
  return join(cache, "glibc", `${zigTargetWithFloor(target.zigTarget, target.glibcFloor)}-zig-${zigVersion}`);
}

const NAMES = ["m", "pthread", "dl", "rt", "util", "resolv"];

/** Creates the stubs: zig links a library against all of glibc, and its linker inputs are copied. */
export async function makeGlibcStubs(zig: string, target: Target, folder: string, signal: AbortSignal): Promise<void> {
  await fillFolder(folder, async (temporary) => {
    await writeFile(join(temporary, "empty.c"), "void boardkit_empty(void) {}\n");
    // A relative path without spaces: zig separates the words of the linker command with spaces.
    const work = "zig-cache";
    const machine = ["-target", zigTargetWithFloor(target.zigTarget, target.glibcFloor), `-mcpu=${target.cpu.zig}`];
    const libraries = NAMES.map((name) => `-l${name}`);
    const { stderr } = await runOrFail(
      {
        argv: [zig, "cc", ...machine, "-O2", "-shared", "-v", "-o", "empty.so", "empty.c", ...libraries],
        cwd: temporary,
        env: { ZIG_GLOBAL_CACHE_DIR: work, ZIG_LOCAL_CACHE_DIR: work },
        signal,
      },
      "GLIBC_STUBS",
    );
    const files = linkedIn(stderr);
    for (const file of files) await copyFile(join(temporary, file), join(temporary, basename(file)));
    for (const name of NAMES) {
      const stub = files.map((file) => basename(file)).find((file) => file.startsWith(`lib${name}.so.`));
      if (stub) await symlink(stub, join(temporary, `lib${name}.so`));
    }
    await writeFile(join(temporary, "libc.so"), "GROUP ( libc.so.6 libc_nonshared.a AS_NEEDED ( libld.so.2 ) )\n");
    for (const name of [work, "empty.c", "empty.so"]) await rm(join(temporary, name), { recursive: true, force: true });
  });
}

/** The stubs of glibc in the output of `zig cc -v`: words of its last linker command. */
export function linkedIn(text: string): string[] {
  const call = text.split("\n").findLast((line) => line.startsWith("ld.lld "));
  const found = (call ?? "").split(" ").filter((word) => /\/(lib\w+\.so\.\d+|libc_nonshared\.a)$/.test(word));
  if (found.some((word) => word.endsWith("/libc.so.6"))) return found;
  throw new BoardkitError("zig printed no ld.lld command with its stubs of glibc", {
    code: "GLIBC_STUBS",
    tail: text,
    fix: "use the version of zig in targets/toolchains/zig.json, or --builder zig",
  });
}
