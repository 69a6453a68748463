import { compareVersions } from "../../elf/versions.ts";
import type { Place } from "../../place.ts";
import type { Rule } from "../rule.ts";

/** The first glibc that refuses. */
const REFUSES = "2.41";

export const rule: Rule = {
  id: "load/executable-stack",
  severity: "error",
  order: 640,
  title: "an executable stack",
  why: "glibc 2.41 and hardened kernels refuse to make the stack executable for a library that requests it. It is a warning for a system with an older glibc.",
  fix: 'add `.section .note.GNU-stack,"",%progbits` to assembler sources, or link with -z noexecstack',
  link: "https://sourceware.org/bugzilla/show_bug.cgi?id=32653",
  check: ({ facts }, place) => {
    if (!facts.executableStack) return [];
    return [{ message: "it requests an executable stack", ...(allowsIt(place) ? { severity: "warning" as const } : {}) }];
  },
  forUser: {
    // A system with an older glibc makes the stack executable, and the package runs.
    problem: ({ place }) => (allowsIt(place) ? undefined : "does not load: it requests an executable stack"),
  },
};

function allowsIt({ libc, libcVersion }: Place): boolean {
  return libc === "glibc" && libcVersion !== undefined && compareVersions(libcVersion, REFUSES) < 0;
}
