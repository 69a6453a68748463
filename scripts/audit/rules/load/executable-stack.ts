import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "load/executable-stack",
  severity: "error",
  order: 640,
  title: "an executable stack",
  why: "glibc 2.41 and hardened kernels refuse to make the stack executable for a library that requests it.",
  fix: 'add `.section .note.GNU-stack,"",%progbits` to assembler sources, or link with -z noexecstack',
  link: "https://sourceware.org/bugzilla/show_bug.cgi?id=32653",
  check: ({ facts }) => (facts.executableStack ? [{ message: "it requests an executable stack" }] : []),
};
