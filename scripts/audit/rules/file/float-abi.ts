import type { ElfFacts, NodeApiFacts } from "../../report.ts";
import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "file/float-abi",
  severity: "error",
  order: 310,
  title: "floats in integer registers",
  why: "A hard-float system passes floats in VFP registers, and its loader rejects soft-float files. A static program, such as one of Go, calls nothing of the system.",
  fix: "build for a target that ends in `hf`",
  link: "https://wiki.debian.org/ArmHardFloatPort",
  check: ({ facts, nodeApi }, place) =>
    facts.floatAbi === "soft" && !isStatic(facts, nodeApi.kind)
      ? [{ message: `it passes floats in integer registers; ${place.name} is hard-float` }]
      : [],
  forUser: { problem: () => "does not load: it is built for soft-float systems, and this one is hard-float" },
};

function isStatic({ needed, interpreter }: ElfFacts, kind: NodeApiFacts["kind"]): boolean {
  return kind === "none" && needed.length === 0 && interpreter === undefined;
}
