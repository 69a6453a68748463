import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "cpu/unaligned-access",
  severity: "note",
  order: 820,
  title: "words at odd addresses",
  why: "The code may read and write words at addresses that are no multiple of their size. ARMv6 and newer do it in hardware, as Linux sets them up; a kernel that has the alignment check on sends SIGBUS or fixes each access slowly, and ARMv5 and below read other bytes. It is the file's attributes that say so, and LLVM's linker takes those of the first object for the whole.",
  fix: "for such a system compile C with -mno-unaligned-access (zig cc: -mstrict-align), and Rust with -C target-feature=+strict-align",
  link: "https://docs.kernel.org/arch/arm/mem_alignment.html",
  check: ({ facts }, place) => {
    if (!facts.unalignedAccess) return [];
    const others = "ARMv5 and below, and kernels that check alignment, do not";
    return [{ message: `its attributes allow words at odd addresses: ${place.name} takes them in hardware, ${others}` }];
  },
};
