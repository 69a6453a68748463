import { expect, test } from "vitest";
import { readBuiltinRows } from "../../../scripts/checks/generate/builtins-page.ts";
import { compareCapabilities } from "./capabilities.ts";

const rows = readBuiltinRows(
  'pub(crate) const ROWS: &str = "\\\na x:s * > y:s nondeterministic @yaml\nneq x:* y:* > b infix !=\nprint *...\nwalk x:* > * relation\n";\n',
);
const builtins = [
  { name: "a", nondeterministic: true, decl: { args: [{}, {}] } },
  { name: "neq", infix: "!=", decl: { args: [{}, {}] } },
  { name: "print", decl: { variadic: {} } },
  { name: "walk", relation: true, decl: { args: [{}] } },
];

test("equal declarations have no differences", () => {
  expect(compareCapabilities(rows, { builtins })).toEqual([]);
});

test("each difference is named", () => {
  const [a, neq, print, walk] = builtins as [(typeof builtins)[0], (typeof builtins)[1], (typeof builtins)[2], (typeof builtins)[3]];
  const changed = [
    { ...a, nondeterministic: false },
    { ...neq, infix: "==" },
    { ...print, decl: {} },
    { ...walk, decl: { args: [] } },
  ];
  expect(compareCapabilities(rows, { builtins: [...changed.slice(1), { ...a, name: "b" }] })).toEqual([
    "a: 2 arguments, nondeterministic, in OPA missing",
    "b: missing, in OPA 2 arguments, nondeterministic",
    "neq: 2 arguments, infix !=, in OPA 2 arguments, infix ==",
    "print: 0 arguments, variadic, in OPA 0 arguments",
    "walk: 1 arguments, relation, in OPA 0 arguments, relation",
  ]);
  expect(compareCapabilities(rows, { builtins: changed })[0]).toBe("a: 2 arguments, nondeterministic, in OPA 2 arguments");
});
