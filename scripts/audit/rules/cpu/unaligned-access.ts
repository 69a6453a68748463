import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "cpu/unaligned-access",
  severity: "note",
  order: 820,
  title: "unaligned access",
  why: "The code may read and write words at addresses that are not a multiple of their size. On Linux, ARMv6 and newer do this in hardware. A kernel with the alignment check sends SIGBUS or emulates each access slowly, and ARMv5 and older read other bytes. The rule reads the attributes of the file, which LLVM's linker copies from the first object.",
  fix: "for such systems compile C with -mno-unaligned-access (zig cc: -mstrict-align), and Rust with -C target-feature=+strict-align",
  link: "https://docs.kernel.org/arch/arm/mem_alignment.html",
  check: ({ facts }, place) => {
    if (!facts.unalignedAccess) return [];
    const others = "ARMv5 and older, and kernels that check alignment, do not";
    return [{ message: `its attributes allow unaligned access: ${place.name} supports it in hardware; ${others}` }];
  },
};
