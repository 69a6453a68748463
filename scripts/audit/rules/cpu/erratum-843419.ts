import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "cpu/erratum-843419",
  severity: "error",
  order: 910,
  title: "a sequence that early Cortex-A53 execute wrongly",
  why: "An adrp at the end of a 4 KiB page, followed by a load or store and another through the same register, may use a wrong address.",
  fix: "link with `--fix-cortex-a53-843419` (GNU ld, ld.lld), and audit the result again",
  link: "https://developer.arm.com/documentation/epm048406/latest",
  check: ({ erratumSequences }, place) => {
    const [first] = erratumSequences;
    if (first === undefined || !place.errata.includes("843419")) return [];
    const address = `0x${first.toString(16)}`;
    return [{ message: `${erratumSequences.length} sequences that a ${place.cpu} may execute wrongly, first at ${address}`, address }];
  },
};
