import { expect, test } from "vitest";
import { hideSecrets, registryLines } from "./npmrc.ts";

test("only the settings of registries are taken over", () => {
  const text = [
    "# comment",
    "registry=https://npm.example.com/",
    "@own:registry = https://own.example.com/",
    "//own.example.com/:_authToken=${NPM_TOKEN}",
    "cafile=certs/ca.pem",
    "ignore-scripts=false",
    "script-shell=./evil.sh",
    "git=./evil.sh",
    "node-options=--require ./evil.cjs",
    "prefix=/usr",
    "global=true",
  ].join("\n");
  expect(registryLines(text, "/project")).toEqual([
    "registry=https://npm.example.com/",
    "@own:registry=https://own.example.com/",
    "//own.example.com/:_authToken=${NPM_TOKEN}",
    "cafile=/project/certs/ca.pem",
  ]);
});

test("secrets are hidden in the texts of package managers", () => {
  const npmrc = "//own.example.com/:_authToken=abcdef\n//x.example.com/:_password=cGFzcw==\n";
  const text = "GET https://me:pass@own.example.com/a with abcdef, cGFzcw== and //y/:_authToken=other";
  expect(hideSecrets(text, npmrc)).toBe("GET https://***@own.example.com/a with ***, *** and //y/:_authToken=***");
});
