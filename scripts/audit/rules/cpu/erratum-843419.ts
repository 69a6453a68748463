import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "cpu/erratum-843419",
  severity: "error",
  order: 910,
  title: "a sequence that an early Cortex-A53 executes wrongly",
  why: "An adrp at the end of a 4 KiB page may compute a wrong address if a load or store follows, and then another one through the register of the adrp.",
  fix: "link with `--fix-cortex-a53-843419` (GNU ld, ld.lld), and audit the result again",
  link: "https://developer.arm.com/documentation/epm048406/latest",
  check: ({ erratumSequences }, place) => {
    const [first] = erratumSequences;
    if (first === undefined || !place.errata.includes("843419")) return [];
    const address = `0x${first.toString(16)}`;
    return [{ message: `${erratumSequences.length} sequences that a ${place.cpu} may execute wrongly, first at ${address}`, address }];
  },
  forUser: {
    problem: () => "may, in rare cases, compute wrong results: it was linked without the workaround for erratum 843419 of the CPU",
    severity: "warning",
  },
};
