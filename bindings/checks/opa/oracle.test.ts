// The version of OPA in the oracle's sources; the checks beside OPA test its answers.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { OPA_VERSION } from "../conformance/opa-cases.ts";

const read = (name: string) => readFileSync(new URL(`oracle/${name}`, import.meta.url), "utf8");

test("the oracle has the OPA version of the conformance cases", () => {
  expect(read("go.mod")).toContain(`github.com/open-policy-agent/opa v${OPA_VERSION}\n`);
  expect(read("go.sum")).toContain(`github.com/open-policy-agent/opa v${OPA_VERSION} h1:`);
});
