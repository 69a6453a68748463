import { expect, test } from "vitest";
import { builtinSizesSection, measureBuiltins } from "./builtin-sizes.ts";

const line = (name: string, size: string) => `  1000 1000 ${size} 4         /a/b.o:(.text.${name})`;

test("code counts for the module below builtins, and for the crates of features", () => {
  const map = [
    "     VMA      LMA     Size Align Out     In      Symbol",
    "    1000     1000      100     4 .text",
    line("_RNvNtNtNtNtCsjc_8grid_opa4rego8builtins3web7graphql6parsed", "10"),
    line("_RNvNtNtNtNtCsjc_8grid_opa4rego8builtins8security4x5095value", "20"),
    line("_RNvNtNtNtCsjc_8grid_opa4rego8builtins5casts3ALL", "4"),
    line("_RNvNtNtCsjc_8grid_opa4rego4eval", "8"),
    line("_RNvNtCsjc_3rsa3key4sign", "30"),
  ].join("\n");
  const sizes = measureBuiltins(map);
  expect(sizes).toEqual({ families: { "web.graphql": 16, "security.x509": 32, casts: 4 }, crates: { rsa: 48 } });
  const page = builtinSizesSection([{ name: "graphql.parse", feature: "graphql" }, { name: "abs" }], { target: "t", ...sizes });
  expect(page).toMatch(/`graphql.parse` +\| 1 +\| `graphql` +\| 16 /);
  expect(page).toMatch(/all others +\| 1 +\| +\| 4 /);
  expect(page).toMatch(/`jwt-rsa` +\| rsa, crypto-bigint +\| 48 /);
});
