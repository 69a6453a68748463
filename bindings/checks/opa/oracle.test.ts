// The oracle's sources beside what is said of them elsewhere; what OPA answers is the matter of the judges.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { OPA_VERSION } from "../conformance/opa-cases.ts";

const read = (name: string) => readFileSync(new URL(`oracle/${name}`, import.meta.url), "utf8");

test("the oracle is made with the OPA whose cases are run", () => {
  expect(read("go.mod")).toContain(`github.com/open-policy-agent/opa v${OPA_VERSION}\n`);
  expect(read("go.sum")).toContain(`github.com/open-policy-agent/opa v${OPA_VERSION} h1:`);
});
