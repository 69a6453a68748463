import type { Rule } from "../rule.ts";

export const rule: Rule = {
  id: "file/float-abi",
  severity: "error",
  order: 310,
  title: "floats in integer registers",
  why: "A hard-float system passes floats in VFP registers, and its loader rejects soft-float files.",
  fix: "build for a target that ends in `hf`",
  link: "https://wiki.debian.org/ArmHardFloatPort",
  check: ({ facts }, place) =>
    facts.floatAbi === "soft" ? [{ message: `it passes floats in integer registers; ${place.name} is hard-float` }] : [],
  forUser: { problem: () => "does not load: it is built for soft-float systems, and this one is hard-float" },
};
